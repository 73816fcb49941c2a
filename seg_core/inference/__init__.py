"""Reading studies with a released network: engines, and what is written of a reading."""

from seg_core.inference.choice import make_engine
from seg_core.inference.engine import Engine, FakeEngine
from seg_core.inference.many_studies import Outcome, Request, Step, segment_input
from seg_core.inference.reading_files import write_reading
from seg_core.inference.segment import (
    TRAINING,
    UNLIKE,
    input_notes,
    reading_notes,
    segment_study,
    training_note,
)
from seg_core.inference.summary import Summary

__all__ = [
    "TRAINING",
    "UNLIKE",
    "Engine",
    "FakeEngine",
    "Outcome",
    "Request",
    "Step",
    "Summary",
    "input_notes",
    "make_engine",
    "reading_notes",
    "segment_input",
    "segment_study",
    "training_note",
    "write_reading",
]
