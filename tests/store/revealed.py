"""A study that was read first and revealed, for tests of what comes after."""

from __future__ import annotations

from dataclasses import replace

from seg_core.reading import compare
from seg_core.store import ReadingRoom, Seat, StudyShelf, Verdict
from seg_core.store.reads import Read
from seg_core.store.reveals import Discrepancy, Reveal
from tests.store.conftest import make_reading, make_study, shelve

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
