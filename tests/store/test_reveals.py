"""What a model's reading is to a sealed verdict: the answers, and when the truth opens."""

from __future__ import annotations

import pytest

from seg_core.errors import ReadError
from seg_core.reading import compare
from seg_core.store import ReadingRoom, StudyShelf, Verdict
from tests.store.conftest import make_reading, make_study, shelve
from tests.store.revealed import YES, asked, reveal


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
