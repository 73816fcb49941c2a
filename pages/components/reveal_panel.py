"""What the model has beside a sealed verdict: agreement, or discrepancies one after another.

Neutral words: it never says who is right before every discrepancy is answered, and shows no
truth until then.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import streamlit as st

from pages.components import session
from pages.components.counted import counted
from pages.components.desk import Desk
from pages.components.plain_text import plain
from pages.components.workspace import Workspace
from seg_core.errors import SecondReaderError
from seg_core.reading import compare, slices_after
from seg_core.store import Verdict
from seg_core.store.reveals import AnswerWord, Discrepancy, Found, Reveal
from seg_core.store.verdicts import LONGEST_NOTE
from seg_core.study import Reading, Study
from seg_core.triage.ranges import format_ranges, ranges_of

ANSWERS: dict[AnswerWord, str] = {
    "keep": "I keep my read",
    "change": "I change my read",
    "unsure": "Unsure",
}


def reveal_of(workspace: Workspace, desk: Desk, study: Study, reading: Reading) -> Reveal:
    """What is laid beside the sealed read: as stored, or worked out and stored now."""
    assert desk.read is not None  # asked once the verdict is sealed
    assert desk.read.verdict is not None
    known = workspace.room.revealed(desk.read)
    if known is not None:
        return known
    row = workspace.row_of(desk.study_id, reading)
    assert row is not None  # the reading came from the shelf
    found = compare(study, reading, desk.read.verdict)
    return workspace.room.reveal(desk.seat, desk.read, row, found)


def show_reveal(
    workspace: Workspace, desk: Desk, reveal: Reveal, study: Study, reading: Reading
) -> None:
    """The strip above the viewer: both reads in a line, and the discrepancy that is next.

    reading: what the viewer shows below, which may be another model's than was revealed.
    """
    assert desk.read is not None
    verdict = desk.read.verdict
    assert verdict is not None
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            said = _both(verdict, reveal, reading)
            if not reveal.open:
                said += f"  \n:small[:gray[{_end(verdict, reveal)}]]"
            st.markdown(said, width="stretch")
            if not reveal.open:
                _offer_next(workspace, desk)
        if reveal.discrepancies:
            _show_discrepancy(workspace, desk, reveal, study.voxel_ml)


def said_with_note(verdict: Verdict) -> str:
    """`tumour in slices 63-65 “near the skull”`, as Markdown."""
    note = f" “{plain(verdict.note)}”" if verdict.note else ""
    return f"{said_verdict(verdict)}{note}"


def said_verdict(verdict: Verdict) -> str:
    """`tumour in slices 63-65`, as lists say it."""
    if verdict.tumour == "no":
        return "no tumour"
    words = "tumour" if verdict.tumour == "yes" else "unsure"
    return f"{words} in {_slices(verdict.slices)}" if verdict.slices else words


def said_discrepancy(found: Found, voxel_ml: float | None = None) -> str:
    """What one has and the other has not, in a sentence without a judgement.

    voxel_ml: see `Study`.
    """
    where = _slices(found.slices)
    if found.kind == "model":
        size = f", {counted(found.area_px, 'pixel')}" if found.area_px else ""
        if found.area_px and voxel_ml is not None:
            size = f", {found.area_px * voxel_ml:,.1f} ml"
        return f"The model has a finding in {where}{size}; your verdict has none there."
    if found.x is not None:
        return f"Your mark in {where}, ringed below, touches nothing that the model has found."
    return f"Your verdict has a finding in {where}; the model has none there."


def _slices(numbers: Sequence[int]) -> str:
    """`slice 7`, `slices 63-65`."""
    noun = "slice" if len(numbers) == 1 else "slices"
    return f"{noun} {format_ranges(ranges_of(numbers))}"


def _both(verdict: Verdict, reveal: Reveal, reading: Reading) -> str:
    model = reveal.comparison.model_slices
    specks = reveal.comparison.specks
    apart = f" ({counted(specks, 'speck')} left out)" if specks else ""
    below = f"{reading.model_name}/{reading.model_version}"
    return (
        f"**Your verdict:** {said_with_note(verdict)}  ·  "
        f"**{plain(reveal.model)}** at {reveal.comparison.pixel_threshold:g}: "
        + (f"mask in {_slices(model)}" if model else "no mask")
        + apart
        + (f"  ·  :orange[below: {plain(below)}]" if below != reveal.model else "")
    )


def _show_discrepancy(
    workspace: Workspace, desk: Desk, reveal: Reveal, voxel_ml: float | None
) -> None:
    one = _chosen(desk.study_id, reveal)
    if (place := _place_of(one.found)) is not None:
        session.point_at(desk.study_id, place)
    where, words, answers = st.columns([1.2, 4.6, 4.5], vertical_alignment="center")
    with where.container(horizontal=True, vertical_alignment="center", gap="small"):
        _step(desk.study_id, reveal, one.number, -1, ":material/chevron_left:", "Previous")
        st.markdown(f"**{one.number} of {len(reveal.discrepancies)}**", width="content")
        _step(desk.study_id, reveal, one.number, 1, ":material/chevron_right:", "Next")
    words.markdown(f":small[{said_discrepancy(one.found, voxel_ml)}]{_answered(one)}")
    with answers.container(horizontal=True, vertical_alignment="center", gap="small"):
        note = st.text_input(
            "Note",
            placeholder="note (optional)",
            label_visibility="collapsed",
            max_chars=LONGEST_NOTE,
            key=f"note-{one.seq}",
            width=150,
            disabled=reveal.truth_shown,
        )
        for word, label in ANSWERS.items():
            if st.button(
                label,
                key=f"answer-{word}",
                type=_kind(one, word),
                disabled=reveal.truth_shown,
                help=_finality(reveal, one),
            ):
                try:
                    workspace.room.answer(desk.seat, desk.read, one, word, note.strip())
                except SecondReaderError as error:
                    st.error(plain(str(error)))
                    return
                _go_on(desk.study_id, reveal, one)
                st.rerun()


def _place_of(found: Found) -> session.Pointed | None:
    """Where to look, and how far it reaches, by its mean area: the ring is to leave it free."""
    if found.x is None or found.y is None:
        return None
    reach = math.sqrt((found.area_px or 0) / len(found.slices) / math.pi)
    return session.Pointed(found.at_slice, found.x, found.y, reach)


def _end(verdict: Verdict, reveal: Reveal) -> str:
    """What came of it, once nothing waits for an answer."""
    if reveal.truth_first:
        return (
            "You saw the ground truth before a model had read this study: nothing is asked, and "
            "your verdict is kept as it was."
        )
    if not reveal.discrepancies:
        return (
            "No discrepancy: each finding of yours touches one of the model's, and the other way "
            "round."
        )
    now = format_ranges(ranges_of(slices_after(verdict, reveal))) or "none"
    changed = sum(d.answer == "change" for d in reveal.discrepancies)
    return (
        f"All answered, {changed} changed. Slices with tumour after the reveal: {now}. Your first "
        "verdict is kept as it was."
    )


def _offer_next(workspace: Workspace, desk: Desk) -> None:
    """The next unread study, by arrival."""
    unread = (row for row in workspace.room.worklist(desk.seat, "viewer") if row.unread)
    upcoming = next(unread, None)
    if upcoming and st.button(f"Read the next: {plain(upcoming.name)}", type="primary"):
        session.open_study(upcoming.id)


def _kind(one: Discrepancy, word: AnswerWord) -> str:
    return "primary" if one.answer == word else "secondary"


def _finality(reveal: Reveal, one: Discrepancy) -> str | None:
    """What an answer ends: the last one opens the truth."""
    if reveal.comparison.truth_slices is None:
        return None
    if reveal.truth_first:
        return "You saw the ground truth before this reading: no answer is asked."
    if reveal.truth_shown:
        return "The ground truth is shown: the answers given before it stand."
    if reveal.open == 1 and one.answer is None:
        return "Your last answer opens the ground truth; all answers then stand."
    return None


def _answered(one: Discrepancy) -> str:
    if not one.answers:
        return ""
    note = f" “{plain(one.answers[-1].note)}”" if one.answers[-1].note else ""
    return f"  \n:small[:gray[Answered: {ANSWERS[one.answers[-1].answer]}{note}]]"


def _chosen(study_id: str, reveal: Reveal) -> Discrepancy:
    """The discrepancy that was asked for, else the first without an answer, else the first."""
    wanted = session.shown_discrepancy(study_id)
    by_number = {d.number: d for d in reveal.discrepancies}
    if wanted in by_number:
        return by_number[wanted]
    unanswered = [d for d in reveal.discrepancies if d.answer is None]
    one = (unanswered or list(reveal.discrepancies))[0]
    if session.slice_just_asked_for():  # as by a picture of the triage: that slice it is
        session.show_discrepancy(study_id, one.number)
    else:
        _show(study_id, one)
    return one


def _show(study_id: str, one: Discrepancy) -> None:
    """Move the viewer to where the discrepancy is."""
    session.show_discrepancy(study_id, one.number)
    session.choose_study(study_id, one.found.at_slice)


def _step(study_id: str, reveal: Reveal, number: int, by: int, icon: str, label: str) -> None:
    there = next((d for d in reveal.discrepancies if d.number == number + by), None)
    st.button(
        "",
        icon=icon,
        help=f"{label} discrepancy",
        key=f"step{by}",
        disabled=there is None,
        type="tertiary",
        on_click=_show,
        args=(study_id, there),
    )


def _go_on(study_id: str, reveal: Reveal, answered: Discrepancy) -> None:
    """To the next one without an answer; at the end stay."""
    left = [d for d in reveal.discrepancies if d.answer is None and d.seq != answered.seq]
    later = [d for d in left if d.number > answered.number]
    if left:
        _show(study_id, (later or left)[0])
