from __future__ import annotations

from dataclasses import replace

from seg_core.store import ReadingRoom, StudyShelf
from tests.store.conftest import make_study, shelve


def mode(room: ReadingRoom, browser: str, study_id: str) -> str:
    """How the reviewer at that browser reads the study."""
    read = room.open(room.seat(browser), study_id)
    assert read is not None
    return read.mode


def test_a_patient_shown_by_name_before_anybody_sat_down_is_read_concurrently_by_who_does(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    room.note_patients(room.seat("browser"), ["TCGA_1", "TCGA_2"], "evaluation")
    shown, other = shelve(shelf, "TCGA_1"), shelve(shelf, "TCGA_3")

    room.sit("browser", "Ada")
    room.sit("elsewhere", "Ben")

    assert [mode(room, "browser", one) for one in (shown, other)] == ["concurrent", "first"]
    assert mode(room, "elsewhere", shown) == "first"


def test_it_does_not_matter_whether_the_study_arrives_before_or_after(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    ada = room.sit("browser", "Ada")
    before = shelve(shelf, "TCGA_1")
    room.note_patients(ada, ["TCGA_1"], "training")

    assert mode(room, "browser", before) == "concurrent"
    assert [row.shown for row in room.worklist(ada, "worklist")] == [True]


def test_patients_are_noted_once_however_often_a_page_is_drawn(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    for _ in range(3):
        room.note_patients(room.seat("browser"), ["TCGA_1"], "evaluation")

    with shelf.store.reading() as connection:
        lines = connection.exec_driver_sql("SELECT count(*) FROM patients_shown").scalar_one()
    assert lines == 1


def test_the_same_slices_under_another_name_and_without_truth_count_as_seen(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    seen, other = make_study("A"), make_study("B")
    copy = replace(seen, name="A copy", truth=None, truth_known=None)
    ids = [shelf.add(study) for study in (seen, other, copy)]
    room.look(room.seat("browser"), ids[0], "triage")

    room.sit("browser", "Ada")

    assert [mode(room, "browser", one) for one in ids] == ["concurrent", "first", "concurrent"]
