"""A thousand studies on one shelf, read by two reviewers."""

from __future__ import annotations

import numpy as np

from seg_core.store import ReadingRoom, StudyShelf, Verdict
from seg_core.study import Study

THOUSAND = 1000


def tiny(number: int) -> Study:
    """Two slices that no other number has."""
    pixels = np.zeros((2, 8, 8, 3), np.uint8)
    pixels[0], pixels[1] = number % 256, number // 256
    return Study(f"CASE_{number:04d}", "made", ("1.tif", "2.tif"), pixels)


def test_each_of_a_thousand_stands_once_by_arrival_and_in_each_reviewers_own_state(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    ids = [shelf.add(tiny(number)) for number in range(THOUSAND)]
    ada, ben = room.sit("a", "Ada"), room.sit("b", "Ben")
    for study_id in ids[::50]:
        room.seal(ada, study_id, Verdict("no"))
    room.seal(ben, ids[7], Verdict("unsure"))

    rows = {seat.reviewer: room.worklist(seat, "worklist") for seat in (ada, ben)}

    assert [row.id for row in rows["Ada"]] == ids
    assert {row.id for row in rows["Ada"] if not row.unread} == set(ids[::50])
    assert {row.id for row in rows["Ben"] if not row.unread} == {ids[7]}
    assert shelf.count() == THOUSAND
    assert np.array_equal(shelf.open(ids[700]).slices, tiny(700).slices)
