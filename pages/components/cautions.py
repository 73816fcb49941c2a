"""What must not be missed about a study: files not read, raw scores. It decides neither."""

from __future__ import annotations

import streamlit as st

from pages.components.counted import counted
from pages.components.plain_text import plain
from seg_core.inference import reading_notes
from seg_core.models import ReleasedModel
from seg_core.study import Reading, Study

FROM_HERE = "A slice's number here may differ from the number in its file's name."


def say_not_read(study: Study) -> None:
    """How many files are missing from the study, in amber; nothing where all are there."""
    if study.skipped:
        said = f"{counted(len(study.skipped), 'file')} not read"
        st.badge(said, icon=":material/warning:", color="orange", help=FROM_HERE)


def why_not_calibrated(study: Study, reading: Reading, model: ReleasedModel | None) -> str | None:
    """Why the reading's numbers are raw scores, as Markdown; None where they are confidences."""
    if reading.calibrated:
        return None
    notes = reading_notes(study, model) if model else ()
    reasons = [note.reason for note in notes if note.kind == "not calibrated"]
    return plain(reasons[0]) if reasons else "this model has no calibration for these images"
