"""A reviewer's read around the viewer: who reads, the verdict's form, and what is revealed after.

The viewer itself records what was painted and marked; the store seals and locks.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

import streamlit as st

from pages.components import session
from pages.components.desk import Desk
from pages.components.plain_text import plain
from pages.components.reveal_panel import reveal_of, said_with_note, show_reveal
from pages.components.slice_viewer.read_draft import ReadDraft
from pages.components.slice_viewer.saved_file import SavedFile
from pages.components.verdict_form import ask_verdict
from pages.components.workspace import Workspace
from seg_core.store import Verdict
from seg_core.study import Reading, Study

NAMES = {"first": "first read", "concurrent": "concurrent read"}
WHY = {
    "first": "Nothing of a model, the truth or another reviewer is shown before your verdict.",
    "concurrent": "Its list is read concurrently, or something of this patient was shown to you, "
    "or at this browser before you sat down: in the viewer, a list, the triage, or on the pages "
    "Training and Evaluation, which show outlined patients.",
}


def say_reader(desk: Desk) -> None:
    """Who reads, and how, in the line above the viewer."""
    if not desk.seat.taken or desk.read is None:
        return
    kind = NAMES[desk.read.mode]
    state = f"{kind}, stored" if desk.sealed else kind
    colour = "blue" if desk.read.mode == "first" else "orange"
    st.badge(f"{plain(desk.seat.reviewer)} · {state}", color=colour, help=WHY[desk.read.mode])


def show_read(workspace: Workspace, desk: Desk, study: Study, reading: Reading | None) -> Desk:
    """What is to be said of the read before the slices; the desk as it stands after that.

    Once the verdict is stored, the model's reading is laid beside it, and stored as shown.
    """
    said = session.announced()
    if said:
        st.warning(said)
    if not desk.sealed or desk.read is None or desk.read.verdict is None:
        return desk
    if reading is None:
        _say_no_reading(workspace, desk, desk.read.verdict, study)
        return desk
    reveal = reveal_of(workspace, desk, study, reading)
    show_reveal(workspace, desk, reveal, study, reading)
    return replace(desk, truth=reveal.open == 0)


def _say_no_reading(workspace: Workspace, desk: Desk, verdict: Verdict, study: Study) -> None:
    """The verdict alone; where no model can come beside it, the truth for whoever asks for it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            f"**Your verdict:** {said_with_note(verdict)}. No model has read this.", width="content"
        )
        if study.truth is None or desk.truth or workspace.models():
            return
        if st.button(
            "Show the ground truth",
            help="It is held back until a model's reading has been laid beside your verdict. Shown "
            "now, it stands in the record: no answer is asked once a model has read this study, "
            "and Agreement counts the read apart.",
        ):
            workspace.room.show_truth(desk.seat, desk.study_id)
            st.rerun()


def say_refused(reason: str) -> None:
    """On the next run, why the verdict's form did not open."""
    session.announce(f"Your verdict was not taken. {plain(reason)}")


def take_verdict(workspace: Workspace, desk: Desk, study: Study, reading: Reading | None) -> bool:
    """Open the verdict's form when the viewer has just sent what it recorded. Whether it did.

    reading: what of a model the viewer shows.
    """
    draft = session.take_draft(desk.study_id)
    if isinstance(draft, ReadDraft) and desk.mode is not None:
        ask_verdict(workspace, desk, study, draft, reading)
        return True
    return False


def note_saved(workspace: Workspace, desk: Desk, reading: Reading | None, file: SavedFile) -> None:
    """A file was saved out of the viewer: into the record, with what it holds of a model."""
    row = None
    if reading is not None and file.pixel_threshold is not None:
        row = workspace.row_of(file.study_id, reading)
        row = row and replace(row, pixel_threshold=file.pixel_threshold)
    workspace.room.note("exported", desk.seat, file.study_id, row, file.told())


def read_id(desk: Desk) -> str:
    """Under which the browser keeps what it recorded: one a read, telling no name."""
    if desk.read is None:
        return ""
    named = f"{desk.seat.reviewer}/{desk.study_id}/{desk.read.seq}/{desk.read.begun}"
    return hashlib.sha256(named.encode()).hexdigest()[:24]


def own_draft(desk: Desk) -> ReadDraft | None:
    """The sealed read's own marks, for the viewer to show; None while it is not sealed."""
    verdict = desk.read.verdict if desk.read else None
    if verdict is None:
        return None
    return ReadDraft(
        painted=verdict.painted or (),
        markers=verdict.markers,
        outlines=verdict.outlines,
        active_seconds=verdict.active_seconds or 0.0,
    )
