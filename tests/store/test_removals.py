from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from seg_core.errors import StoreError
from seg_core.store import MAIN, ReadingRoom, SegmentationQueue, StudyShelf, Verdict
from tests.store.conftest import make_study, shelve


def test_a_removed_study_is_in_no_list_and_its_pictures_are_gone(
    room: ReadingRoom, shelf: StudyShelf, tmp_path: Path
) -> None:
    stays, goes = shelve(shelf, "A"), shelve(shelf, "B", "Teaching")
    SegmentationQueue(shelf.store).ask([stays, goes])
    shelf.remove(goes)

    assert shelf.row(goes) is None
    assert [row.id for row in shelf.recent(9)] == [stays]
    assert (shelf.count(), shelf.called("B")) == (1, [])
    assert {one.name: one.studies for one in room.lists()} == {MAIN: 1, "Teaching": 0}
    assert [asked.study_id for asked in SegmentationQueue(shelf.store).waiting()] == [stays]
    assert not list(tmp_path.rglob(f"{goes}/study.*"))
    for ask in (shelf.open, shelf.remove):
        with pytest.raises(StoreError, match="found that it was removed"):
            ask(goes)


def test_what_was_read_of_a_removed_study_stays(room: ReadingRoom, shelf: StudyShelf) -> None:
    study_id = shelve(shelf)
    seat = room.sit("browser", "Ada")
    room.open(seat, study_id)
    room.seal(seat, study_id, Verdict("yes", (3, 4)))
    shelf.remove(study_id)

    (row,) = room.worklist(seat, "worklist")
    assert (row.name, row.removed, row.unread) == ("A", True, False)
    (read,) = room.reads("Ada")
    assert read.verdict == Verdict("yes", (3, 4))


def test_a_removed_study_that_is_added_again_is_as_it_was(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    study_id = shelve(shelf, "A", "Teaching")
    for _ in range(2):
        shelf.remove(study_id)
        assert shelf.add(make_study("A")) == study_id

    assert np.array_equal(shelf.open(study_id).slices, make_study("A").slices)
    assert room.list_by_study() == {study_id: "Teaching"}
    row = shelf.reading_row(study_id)
    assert row is not None
    assert shelf.reading_of(row).probability.any()


def test_a_study_whose_folder_is_gone_can_be_removed(shelf: StudyShelf, tmp_path: Path) -> None:
    study_id = shelve(shelf)
    (folder,) = tmp_path.rglob(study_id)
    shutil.rmtree(folder)
    shelf.remove(study_id)

    assert shelf.count() == 0


def test_a_study_whose_files_cannot_be_deleted_stays_on_the_shelf(
    shelf: StudyShelf, tmp_path: Path
) -> None:
    study_id = shelve(shelf)
    (file,) = tmp_path.rglob(f"{study_id}/study.npz")
    file.unlink()
    file.mkdir()

    with pytest.raises(StoreError, match="expected to write here"):
        shelf.remove(study_id)

    assert shelf.row(study_id) is not None
