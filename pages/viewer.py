"""Viewer: open a study, let a model read it, see both. What is seen is the component's work."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.components import session
from pages.components.cautions import cautions, say_not_opened, say_not_read
from pages.components.counted import counted
from pages.components.desk import Desk, desk_at, open_read
from pages.components.plain_text import plain
from pages.components.read_in_viewer import (
    note_saved,
    own_draft,
    read_id,
    say_reader,
    say_refused,
    show_read,
    take_verdict,
)
from pages.components.reading_bar import NO_MODEL, choose_model, model_that_read
from pages.components.refused_files import refused_files
from pages.components.slice_viewer import slice_viewer
from pages.components.study_choice import pick_study
from pages.components.study_opener import study_opener
from pages.components.workspace import Workspace, open_workspace
from seg_core.errors import SecondReaderError, StoreError
from seg_core.store import MAIN
from seg_core.study import Reading, Skipped, Study


def page() -> None:
    """The current study in the viewer, or the ways to open one."""
    workspace = open_workspace()
    study_id = session.current_study()
    study = _open(workspace, study_id) if study_id else None
    if study_id is None or study is None:
        st.subheader("Open a study")
        if picked := pick_study(workspace):
            session.choose_study(picked)
            st.rerun()
        study_opener(workspace)
        return
    session.put_in_address(study_id)
    session.take_pointed(study_id)  # of a run that did not come to its end
    desk = desk_at(workspace, study_id, "viewer")
    wanted = session.chosen_model() if desk.open else None
    reading, reason = _reading(workspace, study_id, wanted) if desk.open else (None, None)
    desk = open_read(workspace, desk, reading)
    to_read = desk.open and reading is None and reason is None
    progress = _head(workspace, study_id, study, reading, desk)
    desk = show_read(workspace, desk, study, reading)
    slice_viewer(
        study_id,
        study,
        reading,
        slice=_within(study, session.requested_slice()),
        request=session.slice_request(),
        show_truth=desk.truth,
        reviewer=desk.seat.reviewer,
        reading_mode=desk.mode,
        read_id=read_id(desk),
        own_read=own_draft(desk),
        on_commit=lambda draft: session.keep_draft(study_id, draft),
        on_refuse=say_refused,
        on_step=lambda wanted: _go_to(workspace, wanted),
        on_save=lambda file: note_saved(workspace, desk, reading, file),
        neighbours=_neighbours(workspace, study_id),
        pointed=session.take_pointed(study_id),
    )
    session.request_shown()
    asked = take_verdict(workspace, desk, study, reading)
    if to_read and not asked:  # a reading's end runs the page again, which would close the form
        _read(workspace, study_id, wanted, progress)
    elif reason:
        _say_why_not(reason)


def _open(workspace: Workspace, study_id: str) -> Study | None:
    try:
        return workspace.study(study_id)
    except SecondReaderError as error:
        session.close_study()
        st.error(plain(str(error)))
        return None


def _head(
    workspace: Workspace, study_id: str, study: Study, reading: Reading | None, desk: Desk
) -> DeltaGenerator:
    """The line above the viewer. Returns the place in it where progress is shown."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.markdown(f"**{plain(study.name)}**", width="content")
        st.caption(_summary(study), width="content")
        say_not_read(study)
        say_not_opened(session.refused(study_id))
        st.space("stretch")
        # Room only where something will be read: beside a reviewer's name there is little.
        progress = st.container(width=260 if desk.open and reading is None else 1)
        beside = (Skipped(*pair) for pair in session.refused(study_id))
        refused = [*study.skipped, *beside]
        if not desk.truth:
            refused = [lost for lost in refused if not lost.is_mask]
        if refused or study.notes:
            with st.popover(f"Notes ({len(refused) + len(study.notes)})"):
                _notes(study, refused)
        say_reader(desk)
        choose_model(workspace, reading, disabled=not desk.open)
        with st.popover("Open study", icon=":material/folder_open:", width=150):
            if (picked := pick_study(workspace)) and picked != study_id:
                session.choose_study(picked)
                st.rerun()
            study_opener(workspace, below=True)
    if reading is not None:
        _say_calibration(workspace, study, reading, desk.truth)
    return progress


def _say_calibration(workspace: Workspace, study: Study, reading: Reading, truth: bool) -> None:
    """Why the numbers are raw scores, where they are. truth: whether it may be seen."""
    for caution in cautions(study, reading, model_that_read(workspace, reading), truth=truth):
        st.markdown(f":orange[{caution.icon} {caution.heading}: {caution.reason}.]")


def _summary(study: Study) -> str:
    height, width = study.height_width
    words = [counted(len(study), "slice"), f"{width} × {height}"]
    if study.spacing_mm is not None:
        between, row, column = study.spacing_mm
        words.append(f"{column:.3g} × {row:.3g} mm, {between:.3g} mm apart")
    unknown = ["spacing"] * (study.spacing_mm is None) + ["left/right"] * (study.edges is None)
    if unknown:
        words.append(f"{' and '.join(unknown)} unknown")
    return "  ·  ".join(words)


def _notes(study: Study, refused: list[Skipped]) -> None:
    """What the reviewer should know of the study, and the files that are not in it."""
    for note in study.notes:
        st.caption(plain(note.reason))
    if refused:
        refused_files([(one.file, one.reason) for one in refused])


def _reading(
    workspace: Workspace, study_id: str, wanted: str | None
) -> tuple[Reading | None, str | None]:
    """The reading there is, and why none can be made (None: one can)."""
    name, _, version = (wanted or "").partition("/")
    try:
        reading = workspace.reading(study_id, name or None, version or None)
    except StoreError as error:  # a damaged file: reading again mends it
        if not workspace.models():
            return None, str(error)
        reading = None
    if reading is not None:
        return reading, None
    if not workspace.models():
        return None, NO_MODEL
    return None, session.why_reading_failed(study_id, wanted)


def _say_why_not(reason: str) -> None:
    """Below the viewer, which shows the slices all the same."""
    if reason == NO_MODEL:
        st.info(reason)
        return
    st.error(plain(reason))
    st.button("Try again", on_click=session.forget_failed_reading)


def _read(workspace: Workspace, study_id: str, wanted: str | None, place: DeltaGenerator) -> None:
    """Let the model read the study now, while the viewer already shows its slices."""
    bar = place.progress(0.0, "Loading the model")
    try:
        workspace.read_study(
            study_id,
            wanted,
            progress=lambda done, of: bar.progress(done / of, f"Segmenting slice {done} of {of}"),
        )
    except SecondReaderError as error:
        session.reading_failed(study_id, wanted, str(error))
    st.rerun()


def _go_to(workspace: Workspace, wanted: str) -> None:
    """The study that a Page key asked for, when it is still there."""
    if workspace.shelf.row(wanted) is not None:
        session.choose_study(wanted)


def _neighbours(workspace: Workspace, study_id: str) -> tuple[list[str], list[str]] | None:
    """Ids before and after this study, the nearest first; None when it is not in the list."""
    ids = _order(workspace, study_id)
    if study_id not in ids:
        return None
    at = ids.index(study_id)
    return ids[:at][::-1], ids[at + 1 :]


def _order(workspace: Workspace, study_id: str) -> list[str]:
    """Ids of the studies that the Page keys lead through: of its list, as they arrived."""
    lists = workspace.room.list_by_study()
    here = lists.get(study_id, MAIN)
    return [row.id for row in workspace.shelf.recent(1000)[::-1] if lists.get(row.id, MAIN) == here]


def _within(study: Study, wanted: int | None) -> int | None:
    """A slice asked for by an address may not exist: then the viewer chooses."""
    return wanted if wanted is not None and 1 <= wanted <= len(study) else None


page()
