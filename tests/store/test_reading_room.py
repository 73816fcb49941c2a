from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from seg_core.errors import ReadError
from seg_core.store import MAIN, ReadingRoom, Seat, Store, StudyShelf, Verdict
from seg_core.store.lock import listed as worked_out
from seg_core.store.verdicts import Marker, Outline
from seg_core.store.worklist import list_worklist
from tests.store.conftest import make_reading, make_study, shelve
from tests.store.revealed import YES, asked, reveal

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


def test_a_first_read_goes_on_until_it_is_sealed_its_findings_are_seen_or_its_study_is_removed(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    read, seen, gone = (shelve(shelf, name) for name in "ABC")
    seat = room.sit("browser", "Ada")
    assert not room.reads_first(seat)
    for study_id in (read, seen, gone):
        room.open(seat, study_id)
        assert room.reads_first(seat)

    room.seal(seat, read, YES)
    assert room.reads_first(seat)
    room.look(room.sit("another browser", ""), seen, "triage")
    room.sit("another browser", "Ada")
    assert room.reads_first(seat)
    shelf.remove(gone)

    assert not room.reads_first(seat)


def test_a_read_is_sealed_once(room: ReadingRoom, shelf: StudyShelf) -> None:
    study_id = shelve(shelf)
    seat = room.sit("browser", "Ada")
    verdict = replace(YES, outlines=(Outline(3, ((1.0, 1.0), (5.0, 1.0), (5.0, 6.5)), 4),))
    sealed = room.seal(seat, study_id, verdict)

    with pytest.raises(ReadError, match="has not read, found a verdict of"):
        room.seal(seat, study_id, Verdict(tumour="no"))

    assert sealed.verdict == verdict
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
        (Verdict("yes", (2,), markers=(Marker(2, 1.0, 1.0, 9),)), "1 to 5 for how sure"),
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


def test_every_act_is_a_line_of_the_record_with_model_thresholds_and_mode(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    study_id = shelve(shelf)
    seat = room.sit("browser", "Ada")
    room.open(seat, study_id)
    verdict = replace(YES, markers=(Marker(3, 5.0, 6.5, 2),), note="a vessel?")
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
        "tumour": "yes", "slices": [3, 4], "markers": [{"slice": 3, "x": 5.0, "y": 6.5, "sure": 2}],
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
