from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from seg_core.errors import ReadError
from seg_core.reading import compare
from seg_core.store import MAIN, ReadingRoom, Seat, Store, StudyShelf, Verdict
from seg_core.store.lock import listed as worked_out
from seg_core.store.reads import Read
from seg_core.store.reveals import Discrepancy, Reveal
from seg_core.store.verdicts import Marker
from seg_core.store.worklist import list_worklist
from tests.store.conftest import make_reading, make_study, shelve

APPEND_ONLY = (
    "acts",
    "reads",
    "verdicts",
    "answers",
    "reveals",
    "exposures",
    "seats",
    "list_modes",
    "listings",
)
YES = Verdict(tumour="yes", slices=(3, 4), painted=(1, 2, 3, 4, 5), active_seconds=12.5)


def reveal(
    room: ReadingRoom,
    shelf: StudyShelf,
    seat: Seat,
    study_id: str,
    verdict: Verdict,
    *,
    truth: bool = True,
) -> Reveal:
    read, row = room.seal(seat, study_id, verdict), shelf.reading_row(study_id)
    assert row is not None
    study = make_study() if truth else replace(make_study(), truth=None, truth_known=None)
    return room.reveal(seat, read, row, compare(study, make_reading(), verdict))


def asked(
    room: ReadingRoom, shelf: StudyShelf, *, truth: bool = True
) -> tuple[str, Seat, Read, Discrepancy]:
    """A study that Ada read and was revealed, and the one discrepancy that she is asked about."""
    study_id, seat = shelve(shelf), room.sit("browser", "Ada")
    (discrepancy,) = reveal(room, shelf, seat, study_id, YES, truth=truth).discrepancies
    read = room.find(seat, study_id)
    assert read is not None
    return study_id, seat, read, discrepancy


def test_a_name_is_kept_as_typed_and_not_authenticated(room: ReadingRoom, store: Store) -> None:
    assert room.sit("browser", "  Dr.  Ada\tL. ").reviewer == "Dr. Ada L."

    with store.reading() as connection:
        found = connection.execute(text("SELECT name, authenticated FROM reviewers")).one()
    assert (found.name, bool(found.authenticated)) == ("Dr. Ada L.", False)


@pytest.mark.parametrize("typed", ["   ", "x" * 81, "a\x00b"])
def test_what_is_no_name_is_refused(room: ReadingRoom, typed: str) -> None:
    with pytest.raises(ReadError, match="expected a name of 1 to 80 characters"):
        room.sit("browser", typed)


def test_every_tab_of_a_browser_has_the_same_seat_also_after_a_restart(
    room: ReadingRoom, store: Store
) -> None:
    room.sit("browser", "Ada")

    assert ReadingRoom(store).seat("browser") == Seat("browser", "Ada")
    assert ReadingRoom(store).seat("another") == Seat("another")


def test_a_first_read_shows_nothing_before_its_verdict(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    study_id = shelve(shelf)
    seat = room.sit("browser", "Ada")

    assert not room.look(seat, study_id, "viewer")
    read = room.open(seat, study_id)
    assert read is not None
    assert read.mode == "first"
    assert not room.look(seat, study_id, "triage")

    room.seal(seat, study_id, YES)

    assert room.look(seat, study_id, "viewer")


def test_another_reviewers_verdict_opens_nothing(room: ReadingRoom, shelf: StudyShelf) -> None:
    study_id = shelve(shelf)
    ada, ben = room.sit("one", "Ada"), room.sit("two", "Ben")
    room.seal(ada, study_id, YES)

    assert room.may_see(ada, study_id)
    assert not room.may_see(ben, study_id)


def test_a_study_whose_triage_was_seen_can_only_be_read_concurrently(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    study_id = shelve(shelf)
    seat = room.sit("browser", "Ada")
    room.set_mode(seat, MAIN, "concurrent")
    assert room.look(seat, study_id, "triage")
    room.set_mode(seat, MAIN, "first")

    read = room.open(seat, study_id)

    assert read is not None
    assert read.mode == "concurrent"


def test_what_a_browser_showed_before_a_name_was_given_counts_for_the_name(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    looked_at, unseen = shelve(shelf, "A"), shelve(shelf, "B")
    assert room.look(room.seat("browser"), looked_at, "viewer")

    ada, ben = room.sit("browser", "Ada"), room.sit("elsewhere", "Ben")

    assert room.may_see(ada, looked_at)
    assert not room.may_see(ada, unseen)
    assert not room.may_see(ben, looked_at)


def test_a_list_with_findings_spoils_first_reads_of_what_it_listed_and_no_others(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    listed, without_reading = shelve(shelf, "A"), shelf.add(make_study("B"))
    seat = room.sit("browser", "Ada")
    room.set_mode(seat, MAIN, "concurrent")
    assert room.listed(seat, "worklist") == {listed}
    later = shelve(shelf, "C")

    room.set_mode(seat, MAIN, "first")

    assert room.may_see(seat, listed)
    assert not room.may_see(seat, without_reading)
    assert not room.may_see(seat, later)


def test_a_reading_that_arrives_while_the_worklist_is_made_is_not_in_it(
    room: ReadingRoom, store: Store, shelf: StudyShelf
) -> None:
    study_id, seat = shelf.add(make_study("A")), room.sit("browser", "Ada")
    with store.reading() as connection:
        found = worked_out(connection, seat)
    shelf.save_reading(study_id, make_reading())

    with store.reading() as connection:
        (row,) = list_worklist(connection, seat, found)

    assert not row.shown
    assert row.reading is None


def test_a_first_read_whose_findings_were_seen_in_another_tab_is_sealed_as_concurrent(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    study_id = shelve(shelf)
    seat = room.sit("browser", "Ada")
    room.open(seat, study_id)
    room.look(room.sit("another browser", ""), study_id, "triage")
    room.sit("another browser", "Ada")

    assert room.seal(seat, study_id, YES).mode == "concurrent"


def test_a_read_is_sealed_once(room: ReadingRoom, shelf: StudyShelf) -> None:
    study_id = shelve(shelf)
    seat = room.sit("browser", "Ada")
    sealed = room.seal(seat, study_id, YES)

    with pytest.raises(ReadError, match="has not read, found a verdict of"):
        room.seal(seat, study_id, Verdict(tumour="no"))

    assert sealed.verdict == YES
    assert room.find(seat, study_id) == sealed


@pytest.mark.parametrize(
    ("verdict", "complaint"),
    [
        (Verdict("yes"), "at least one slice"),
        (Verdict("no", (3,)), "no slice and no mark"),
        (Verdict("unsure", (0,)), "numbers from 1 to 8"),
        (Verdict("yes", (9,)), "numbers from 1 to 8"),
        (Verdict("yes", (4, 3)), "rising order"),
        (Verdict("no", difficulty=6), "expected 1 to 5"),
        (Verdict("no", suspicion=0), "expected 1 to 5"),
        (Verdict("no", active_seconds=float("nan")), "0 or more"),
    ],
)
def test_a_verdict_that_does_not_fit_its_study_is_refused_and_nothing_is_stored(
    room: ReadingRoom, shelf: StudyShelf, verdict: Verdict, complaint: str
) -> None:
    study_id = shelve(shelf)
    seat = room.sit("browser", "Ada")

    with pytest.raises(ReadError, match=complaint):
        room.seal(seat, study_id, verdict)

    assert room.find(seat, study_id) is None


def test_without_a_name_there_is_no_read_and_no_verdict(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    study_id = shelve(shelf)

    assert room.open(room.seat("browser"), study_id) is None
    with pytest.raises(ReadError, match="expected a reviewer's name"):
        room.seal(room.seat("browser"), study_id, YES)


def test_the_reveal_is_stored_once_and_answers_are_added_to_it(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    study_id = shelve(shelf)
    seat = room.sit("browser", "Ada")
    found = reveal(room, shelf, seat, study_id, YES, truth=False)
    (discrepancy,) = found.discrepancies
    assert discrepancy.found.slices == (7,)
    assert found.open == 1
    read = room.find(seat, study_id)
    assert read is not None

    room.answer(seat, read, discrepancy, "unsure")
    room.answer(seat, read, discrepancy, "keep", "a vessel")

    again = room.revealed(read)
    assert again is not None
    assert [a.answer for a in again.discrepancies[0].answers] == ["unsure", "keep"]
    assert again.discrepancies[0].answer == "keep"
    assert again.open == 0
    assert room.find(seat, study_id) == read  # the first verdict stays


def test_a_reveal_comes_back_as_it_was_compared(room: ReadingRoom, shelf: StudyShelf) -> None:
    study_id, verdict = shelve(shelf), Verdict("yes", (3,))
    seat = room.sit("browser", "Ada")

    comparison = reveal(room, shelf, seat, study_id, verdict).comparison

    assert comparison == compare(make_study(), make_reading(), verdict)
    assert comparison.agreed_slices == (3, 4)


def test_the_same_answer_again_adds_no_line_and_another_or_a_new_note_does(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    _, seat, read, discrepancy = asked(room, shelf, truth=False)

    for word, note in (("keep", ""), ("keep", ""), ("keep", "a vessel"), ("unsure", "a vessel")):
        room.answer(seat, read, discrepancy, word, note)

    again = room.revealed(read)
    assert again is not None
    said = [(a.answer, a.note) for a in again.discrepancies[0].answers]
    assert said == [("keep", ""), ("keep", "a vessel"), ("unsure", "a vessel")]
    assert sum(line.act == "changed" for line in room.record("Ada")) == len(said)


def test_no_answer_is_taken_once_the_last_one_has_opened_the_truth(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    study_id, seat, read, discrepancy = asked(room, shelf)
    room.answer(seat, read, discrepancy, "change")
    assert room.may_see_truth(seat, study_id)

    with pytest.raises(ReadError, match="answers given before it stand"):
        room.answer(seat, read, discrepancy, "keep")

    again = room.revealed(read)
    assert again is not None
    assert again.truth_shown
    assert again.discrepancies[0].answer == "change"


def test_truth_is_held_after_a_verdict_that_no_model_stands_beside_until_it_is_asked_for(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    study_id, seat = shelf.add(make_study()), room.sit("browser", "Ada")
    with pytest.raises(ReadError, match="Give the verdict first"):
        room.show_truth(seat, study_id)
    room.seal(seat, study_id, YES)
    assert not room.may_see_truth(seat, study_id)

    room.show_truth(seat, study_id)
    room.show_truth(seat, study_id)

    assert room.may_see_truth(seat, study_id)
    assert [line.act for line in room.record("Ada")].count("truth shown") == 1


def test_nothing_is_asked_of_a_reading_that_comes_after_the_truth_was_shown(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    study_id, seat = shelf.add(make_study()), room.sit("browser", "Ada")
    read = room.seal(seat, study_id, YES)
    room.show_truth(seat, study_id)
    shelf.save_reading(study_id, make_reading())
    row = shelf.reading_row(study_id)
    assert row is not None

    found = room.reveal(seat, read, row, compare(make_study(), make_reading(), YES))

    assert (found.truth_first, found.open, len(found.discrepancies)) == (True, 0, 1)
    assert [row.state for row in room.worklist(seat, "worklist")] == ["read"]
    with pytest.raises(ReadError, match="found it shown"):
        room.answer(seat, read, found.discrepancies[0], "change")


def test_once_a_model_is_revealed_only_the_answers_open_the_truth(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    study_id, seat, _, _ = asked(room, shelf)

    with pytest.raises(ReadError, match="last answer to them opens it"):
        room.show_truth(seat, study_id)

    assert not room.may_see_truth(seat, study_id)


def test_nothing_is_revealed_before_the_verdict(room: ReadingRoom, shelf: StudyShelf) -> None:
    study_id = shelve(shelf)
    seat = room.sit("browser", "Ada")
    read, row = room.open(seat, study_id), shelf.reading_row(study_id)
    assert read is not None
    assert row is not None

    with pytest.raises(ReadError, match="Give the verdict first"):
        room.reveal(seat, read, row, compare(make_study(), make_reading(), YES))


def test_nobody_answers_for_another(room: ReadingRoom, shelf: StudyShelf) -> None:
    _, _, read, discrepancy = asked(room, shelf)

    with pytest.raises(ReadError, match="one of your own reads"):
        room.answer(room.sit("two", "Ben"), read, discrepancy, "keep")


def test_every_act_is_a_line_of_the_record_with_model_thresholds_and_mode(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    study_id = shelve(shelf)
    seat = room.sit("browser", "Ada")
    room.open(seat, study_id)
    verdict = replace(YES, markers=(Marker(3, 5.0, 6.5),), note="a vessel?")
    (discrepancy,) = reveal(room, shelf, seat, study_id, verdict).discrepancies
    read = room.find(seat, study_id)
    assert read is not None
    room.answer(seat, read, discrepancy, "change")
    room.note("exported", seat, study_id, shelf.reading_row(study_id), {"file": "a.csv"})

    lines = room.record("Ada")

    assert [line.act for line in lines] == [
        "sat down",
        "opened",
        "painted",
        "verdict",
        "reveal",
        "changed",
        "exported",
    ]
    assert [line.seq for line in lines] == sorted(line.seq for line in lines)
    assert [line.mode for line in lines] == ["", *["first"] * 6]
    assert lines[1].details == {"list": MAIN}
    for shown in lines[4:]:
        assert (shown.model_name, shown.model_version, shown.model_sha256) == (
            "net",
            "1",
            "ab" * 32,
        )
        assert (shown.pixel_threshold, shown.confidence_threshold) == (0.5, 0.85)
    assert lines[3].model_name is None  # nothing of a model was shown before the verdict
    assert lines[2].details == {"slices": [1, 2, 3, 4, 5]}
    assert lines[3].details == {
        "tumour": "yes", "slices": [3, 4], "markers": [{"slice": 3, "x": 5.0, "y": 6.5}],
        "outlines": [], "difficulty": None, "suspicion": None, "note": "a vessel?",
        "active_seconds": 12.5,
    }  # fmt: skip


def test_no_line_is_ever_changed_or_deleted(
    room: ReadingRoom, shelf: StudyShelf, store: Store
) -> None:
    study_id, seat, read, discrepancy = asked(room, shelf)
    room.answer(seat, read, discrepancy, "keep")
    room.set_mode(seat, MAIN, "concurrent")
    room.put_into(seat, [study_id], "Teaching")

    for table in APPEND_ONLY:
        for change in (f"UPDATE {table} SET seq = 99", f"DELETE FROM {table}"):
            with (
                pytest.raises(DatabaseError, match=f"{table} are append only"),
                store.writing() as connection,
            ):
                connection.execute(text(change))
