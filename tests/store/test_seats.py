"""Who sits at a browser, and what is shown and noted for that seat."""

from __future__ import annotations

from seg_core.store import MAIN, ReadingRoom, StudyShelf, Verdict
from tests.store.conftest import make_reading, make_study, shelve


def test_a_name_with_other_capitals_is_the_same_reviewer(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    study_id = shelve(shelf)
    room.seal(room.sit("one", "Dr Vogt"), study_id, Verdict("no", painted=(1,)))

    again = room.sit("another", "dr  vogt")

    assert again.reviewer == "Dr Vogt"
    assert room.reviewers() == ["Dr Vogt"]
    assert room.find(again, study_id) is not None


def test_what_is_on_trial_is_noted_as_shown_in_no_list_and_seen_notes_nothing(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    tried, ada = shelf.add(make_study("tried")), room.sit("browser", "Ada")
    shelf.save_reading(tried, make_reading(), on_trial=True)
    read = shelve(shelf)
    room.set_mode(ada, MAIN, "concurrent")

    assert room.seen(ada) == frozenset()
    assert room.listed(ada, "worklist") == {read}
    assert room.seen(ada) == {read}

    room.set_mode(ada, MAIN, "first")
    begun = room.open(ada, tried)
    assert begun is not None
    assert begun.mode == "first"


def test_what_is_asked_for_while_somebody_sits_down_is_not_shown(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    study_id, nobody = shelve(shelf), room.seat("browser")
    ada = room.sit("browser", "Ada")

    assert not room.look(nobody, study_id, "viewer")  # of a page that began before
    room.note_patients(nobody, ["B"], "training")

    assert not room.may_see(ada, study_id)
    read = room.open(ada, study_id)
    assert read is not None
    assert read.mode == "first"
    other = room.open(ada, shelve(shelf, "B"))
    assert other is not None
    assert other.mode == "concurrent"
