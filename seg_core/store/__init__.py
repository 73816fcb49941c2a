"""The store: studies, what models saw in them, and who read what. It draws nothing."""

from seg_core.store.database import Store, open_store
from seg_core.store.lists import MAIN, StudyList
from seg_core.store.reading_room import ReadingRoom
from seg_core.store.readings import ReadingRow
from seg_core.store.reads import Read
from seg_core.store.seats import Mode, Seat
from seg_core.store.segmentations import SegmentationQueue
from seg_core.store.shelf import StudyShelf
from seg_core.store.studies import StudyRow
from seg_core.store.verdicts import Marker, Outline, Verdict
from seg_core.store.worklist import WorklistRow

__all__ = [
    "MAIN",
    "Marker",
    "Mode",
    "Outline",
    "Read",
    "ReadingRoom",
    "ReadingRow",
    "Seat",
    "SegmentationQueue",
    "Store",
    "StudyList",
    "StudyRow",
    "StudyShelf",
    "Verdict",
    "WorklistRow",
    "open_store",
]
