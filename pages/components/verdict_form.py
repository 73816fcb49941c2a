"""The form that takes a verdict, in a dialog over the slices. What it takes, the store seals.

It names the slices that were never shown before it takes anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from pages.components import session
from pages.components.counted import counted
from pages.components.desk import Desk
from pages.components.plain_text import plain
from pages.components.slice_viewer.read_draft import ReadDraft
from pages.components.workspace import Workspace
from seg_core.errors import SecondReaderError
from seg_core.store import Verdict
from seg_core.store.verdicts import LONGEST_NOTE, TUMOUR, Tumour
from seg_core.study import Reading, Study
from seg_core.triage.ranges import format_ranges, parse_ranges, ranges_of

WORDS = {"yes": "Tumour", "no": "No tumour", "unsure": "Unsure"}
SUSPICION = {1: "1, surely none", 2: "2", 3: "3", 4: "4", 5: "5, surely tumour"}
DIFFICULTY = {1: "1, easy", 2: "2", 3: "3", 4: "4", 5: "5, hard"}


@st.dialog("Your verdict", width="medium")
def ask_verdict(
    workspace: Workspace, desk: Desk, study: Study, draft: ReadDraft, reading: Reading | None
) -> None:
    """Take the verdict on what the viewer recorded of this read, and seal it.

    reading: what of a model was on the screen.
    """
    st.caption(
        f"{plain(study.name)}, {counted(len(study), 'slice')}, read by {plain(desk.seat.reviewer)}"
    )
    unseen = draft.unseen(study)
    if unseen:
        st.warning(
            f"Never shown: {counted(len(unseen), 'slice')}, {format_ranges(ranges_of(unseen))}. "
            "Close this to look at them.",
            icon=":material/visibility_off:",
        )
    tumour = st.radio(
        "Does the study hold tumour?",
        TUMOUR,
        index=None,
        format_func=WORDS.__getitem__,
        horizontal=True,
        key=f"verdict-tumour-{desk.study_id}",
    )
    named = format_ranges(ranges_of(sorted({*draft.slices, *marked_slices(draft)})))
    typed = st.text_input(
        "Slices with tumour",
        value=named,
        placeholder="such as 63-65, 70",
        disabled=tumour == "no",
        key=f"verdict-slices-{desk.study_id}-{named}",  # what is named anew replaces what was typed
        help="Every slice in which you see tumour, first to last: one that you leave out counts as "
        "a slice in which you see none.",
    )
    suspicion = st.segmented_control(
        "How sure are you that it holds tumour? (optional)",
        SUSPICION,
        format_func=SUSPICION.__getitem__,
        key=f"verdict-suspicion-{desk.study_id}",
    )
    difficulty = st.segmented_control(
        "How hard was it? (optional)",
        DIFFICULTY,
        format_func=DIFFICULTY.__getitem__,
        key=f"verdict-difficulty-{desk.study_id}",
    )
    note = st.text_area(
        "Note (optional)",
        height=68,
        max_chars=LONGEST_NOTE,
        key=f"verdict-note-{desk.study_id}",
    )
    _say_named_unseen(typed if tumour != "no" else "", unseen, len(study))
    _say_marks(draft, tumour)
    label = f"Store the verdict, {counted(len(unseen), 'slice')} unseen" if unseen else None
    if st.button(label or "Store the verdict", type="primary", disabled=tumour is None):
        try:
            verdict = verdict_of(draft, tumour, typed, note, len(study))
            verdict = replace(verdict, difficulty=difficulty, suspicion=suspicion)
            seal(workspace, desk, verdict, reading)
        except (SecondReaderError, ValueError) as error:
            st.error(plain(str(error)))
            return
        st.rerun()
    st.caption("A stored verdict is not changed any more; later changes are kept beside it.")


def verdict_of(draft: ReadDraft, tumour: Tumour, typed: str, note: str, slices: int) -> Verdict:
    """The form as a verdict. Raises ValueError where the slices cannot be read."""
    if tumour == "no":
        named, markers, outlines = (), (), ()
    else:
        named = sorted({*parse_ranges(typed, slices), *marked_slices(draft)})
        markers = draft.markers
        outlines = draft.outlines
    return Verdict(
        tumour=tumour,
        slices=tuple(named),
        markers=markers,
        outlines=outlines,
        note=note.strip(),
        painted=draft.painted,
        active_seconds=draft.active_seconds,
    )


def seal(workspace: Workspace, desk: Desk, verdict: Verdict, reading: Reading | None) -> None:
    """Store the verdict. A read that turned concurrent meanwhile is kept as such, and said."""
    shown = workspace.row_of(desk.study_id, reading) if desk.open else None
    read = workspace.room.seal(desk.seat, desk.study_id, verdict, shown)
    if desk.mode == "first" and read.mode == "concurrent":
        session.announce(
            "The model's findings in this study were seen in another tab before this verdict: it "
            "is kept as concurrent."
        )


def marked_slices(draft: ReadDraft) -> Sequence[int]:
    """Slices with a marker or an outline, each once, rising."""
    return sorted({m.slice for m in draft.markers} | {o.slice for o in draft.outlines})


def _say_named_unseen(typed: str, unseen: Sequence[int], slices: int) -> None:
    """Name slices that are said to hold tumour and were never shown."""
    try:
        named = sorted(set(parse_ranges(typed, slices)) & set(unseen)) if typed.strip() else []
    except ValueError:  # said when it is stored
        return
    if named:
        st.warning(f"Named, and never shown: {format_ranges(ranges_of(named))}.")


def _say_marks(draft: ReadDraft, tumour: str | None) -> None:
    marks = len(draft.markers) + len(draft.outlines)
    if marks and tumour == "no":
        st.warning(f"{counted(marks, 'mark')} of yours will not be kept: no tumour, no mark.")
    elif marks:
        st.caption(f"{counted(marks, 'mark')} of yours will be kept with it.")
