"""What must not be missed: files not read, raw scores, an unlike input. It decides none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from pages.components.counted import counted
from pages.components.plain_text import plain
from seg_core.errors import ModelError
from seg_core.inference import TRAINING, UNLIKE, input_notes, training_note
from seg_core.models import ReleasedModel
from seg_core.readers.numbering import DOUBLE, MISSING, NAMED
from seg_core.study import FLAIR, LGG_CHANNELS, Note, Reading, Study

NOT_CALIBRATED = "not calibrated"
ONE_CHANNEL = "taken for FLAIR"
NO_CALIBRATION = "this model has no calibration for these images"

ICONS = {
    UNLIKE: ":material/error:",
    NOT_CALIBRATED: ":material/straighten:",
    TRAINING: ":material/school:",
    ONE_CHANNEL: ":material/help:",
}
"""Of the kinds of notes that are shown beside the reading, not in a list."""

NUMBERING = (MISSING, DOUBLE)
"""Kinds of notes of a series with gaps, which are shown beside its name."""

TAKEN_FOR_FLAIR = Note(
    ONE_CHANNEL,
    "a file of one channel does not say of which sequence it is; of another one these figures do "
    "not hold",
)

FROM_HERE = "A slice's number here may differ from the number in its file's name."


def say_not_read(study: Study) -> None:
    """How many slices are missing from the study, in amber; nothing where all are there.

    Masks do not count: that there are any is nothing to say in a first read.
    """
    missing = sum(not lost.is_mask for lost in study.skipped)
    if missing:
        said = f"{counted(missing, 'file')} not read"
        st.badge(said, icon=":material/warning:", color="orange", help=FROM_HERE)
    for note in study.notes:
        if note.kind in NUMBERING:
            st.badge(note.kind, icon=":material/warning:", color="orange", help=plain(note.reason))


def say_not_opened(refused: Sequence[tuple[str, str]]) -> None:
    """How many files that arrived with the study, as in one upload, are in none; else nothing."""
    if refused:
        said = f"{counted(len(refused), 'file')} beside it not opened"
        names = ", ".join(name for name, _ in refused[:NAMED])
        more = ", …" if len(refused) > NAMED else ""
        st.badge(said, icon=":material/warning:", color="orange", help=plain(names) + more)


@dataclass(frozen=True)
class Caution:
    """A heading and why, as Markdown, the reason without a capital and a full stop."""

    heading: str
    reason: str
    icon: str


def cautions(
    study: Study, reading: Reading, model: ReleasedModel | None, *, truth: bool
) -> list[Caution]:
    """That the study is unlike the training data, or of it, and why numbers are raw scores.

    truth: whether it may be seen: what training called the study may tell it. Where they are
    confidences, the study was found alike when it was read.
    """
    found = _training_notes(study, model, truth) if model is not None else []
    if not reading.calibrated:
        notes = input_notes(study, model.card) if model else ()
        raw = [note for note in notes if note.kind in (UNLIKE, NOT_CALIBRATED)]
        found += raw or [Note(NOT_CALIBRATED, NO_CALIBRATION)]
    elif len(study.channels) == 1 and study.channels[0] != LGG_CHANNELS[FLAIR]:
        found.append(TAKEN_FOR_FLAIR)
    return [_caution(note) for note in found]


def _training_notes(study: Study, model: ReleasedModel, truth: bool) -> list[Note]:
    """At most one; a model with damaged digests says so and leaves the slices to be looked at."""
    try:
        note = training_note(study, model, whose_too=truth)
    except ModelError as error:
        note = Note(TRAINING, f"not known whether it is one: {error}")
    return [note] if note else []


def _caution(note: Note) -> Caution:
    return Caution(note.kind[:1].upper() + note.kind[1:], plain(note.reason), ICONS[note.kind])
