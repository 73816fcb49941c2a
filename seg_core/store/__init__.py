"""The store: which studies were opened and what models saw in them. It draws nothing."""

from seg_core.store.database import Store, open_store
from seg_core.store.readings import ReadingRow
from seg_core.store.shelf import StudyShelf
from seg_core.store.studies import StudyRow

__all__ = ["ReadingRow", "Store", "StudyRow", "StudyShelf", "open_store"]
