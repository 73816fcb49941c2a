"""Home: what lies on the shelf, what trains, which models are there, and what to do first.

It opens studies and starts nothing else; a study is read by a model on its own page.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import streamlit as st

from pages.components import session
from pages.components.confidence_figure import DASH, confidence_figure
from pages.components.confidence_strip import confidence_spark
from pages.components.counted import counted
from pages.components.desk import current_seat
from pages.components.go_to import go_to
from pages.components.plain_text import plain
from pages.components.training.words import monitor_name
from pages.components.workspace import Workspace, open_workspace
from seg_core.errors import RunError
from seg_core.models.card_text import figure, interval
from seg_core.models.registry import ReleasedModel
from seg_core.models.routing import default_first
from seg_core.store import ReadingRow, Seat, StudyRow
from seg_core.training.run_folder import RunFolder, RunStatus, list_runs
from seg_core.triage.ranges import flagged_ranges, format_ranges

PAGES = Path(__file__).resolve().parent
ROWS = 10
"""Studies shown at first; as many again at each press of a button."""
WIDTHS = [3.0, 1.0, 2.0, 1.15, 1.8, 1.8, 1.4, 1.0]

TELLING = ("Dice of a patient, mean", "F1")
"""Figures to show of a model, the first that its card has."""
RUNS_LOOKED_AT = 20
"""Newest runs whose state is worked out; older ones can hardly be under way."""


def show_first_steps(workspace: Workspace) -> None:
    """What to do when nothing has been opened yet."""
    with st.container(border=True):
        st.markdown("#### Start here")
        st.markdown(
            "The shelf is empty. The **demo study** is an artificial brain with a lesion whose "
            "outline is known exactly: made on this machine, of no patient. "
            "Or open your own slices: a patient folder, a zip, single images."
        )
        with st.container(horizontal=True):
            if st.button("Open the demo study", type="primary", icon=":material/play_arrow:"):
                with st.spinner("Making the demo study"):
                    study_id = workspace.add_demo()
                session.open_study(study_id)
            if st.button("Open your own study", icon=":material/folder_open:"):
                go_to(PAGES / "viewer.py")
            if st.button("Train a network", icon=":material/show_chart:"):
                go_to(PAGES / "training.py")


def show_studies(workspace: Workspace) -> None:
    """The newest studies, one a line, each a click away from the viewer and from triage."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("#### Recent studies")
        named = st.text_input(
            "Find a study",
            placeholder="Find a study by name",
            label_visibility="collapsed",
            width=280,
        )
        if st.button("Open another study", icon=":material/folder_open:"):
            session.close_study()
            go_to(PAGES / "viewer.py")
    shown = st.session_state.setdefault(session.STUDIES_SHOWN, ROWS)
    rows = workspace.shelf.recent(shown + 1, named.strip())
    heads = ("Study", "Slices", "Confidence", "Highest", "Flagged slices", "Model", "Arrived", "")
    for column, head in zip(st.columns(WIDTHS, gap="xsmall"), heads, strict=True):
        column.caption(head)
    seat = current_seat(workspace)
    listed = workspace.room.listed(seat, "home")
    with st.container(gap=None):
        for row in rows[:shown]:
            show_study(row if row.id in listed else replace(row, reading=None), row.reading)
    if any(row.reading and row.id not in listed for row in rows[:shown]):
        st.caption(held_back(seat))
    if not rows:
        st.caption(f"No study's name holds “{plain(named)}”.")
    if len(rows) > shown and st.button("Show more", type="tertiary"):
        st.session_state[session.STUDIES_SHOWN] += ROWS
        st.rerun()


def held_back(seat: Seat) -> str:
    """Why findings are not listed."""
    if seat.taken:
        return "Read first, then compare: findings are listed once your verdict is stored."
    return (
        "A model has read these studies. What it found is not listed before you open one, so that "
        "a study can still be read first: sit down with your name on the Worklist."
    )


def show_study(row: StudyRow, made: ReadingRow | None) -> None:
    """One line of the list. `made`: the reading there is, of which `row` shows what it may."""
    name, slices, strip, highest, flagged, model, arrived, triage = st.columns(
        WIDTHS, vertical_alignment="center", gap="xsmall"
    )
    if name.button(plain(row.name), key=f"open-{row.id}", type="tertiary"):
        session.open_study(row.id)
    slices.write(f"{row.slices} of {row.slices + row.skipped}" if row.skipped else str(row.slices))
    if row.reading:
        threshold, calibrated = row.reading.confidence_threshold, row.reading.calibrated
        strip.html(confidence_spark(row.reading.confidence, threshold, calibrated=calibrated))
    highest.write(confidence_figure(row.highest_confidence))
    flagged.write(said_of_flags(row) if row.reading or not made else "read by a model")
    model.write(plain(row.reading.model) if row.reading else DASH)
    arrived.write(ago(row.arrived))
    if triage.button("Triage", key=f"triage-{row.id}", type="tertiary"):
        session.choose_study(row.id)
        go_to(PAGES / "triage.py")


def said_of_flags(row: StudyRow) -> str:
    """Flagged slices as ranges; where there are none, why."""
    if row.reading is None:
        return "not read yet"
    if not row.reading.calibrated:
        return "not calibrated"
    ranges = format_ranges(flagged_ranges(row.reading.flags))
    return f"**{ranges}**" if ranges else f"none reaches {row.reading.confidence_threshold:g}"


@st.fragment(run_every=2)
def show_training(workspace: Workspace) -> None:
    """The run under way with its live figures, or how the last one ended."""
    st.markdown("#### Training")
    runs = [(run, status_of(run)) for run in list_runs(workspace.settings.runs)[:RUNS_LOOKED_AT]]
    live = [(run, status) for run, status in runs if status and status.under_way]
    for run, status in live or runs[:1]:
        if status is None:
            st.caption(f"{run.id}: its folder cannot be read. The Training page says more.")
        else:
            show_run(run, status)
    if not runs:
        st.caption("No network has been trained here yet.")


def status_of(run: RunFolder) -> RunStatus | None:
    """How a run stands, or None when its folder is damaged."""
    try:
        return run.status()
    except (RunError, ValueError, KeyError):
        return None


def show_run(run: RunFolder, status: RunStatus) -> None:
    """One run in a few lines."""
    with st.container(border=True):
        colour = "green" if status.under_way else "gray"
        st.markdown(f"**{run.id}** :{colour}-badge[{status.state}]")
        step, epoch = run.last_event("step") or {}, run.last_event("epoch") or {}
        if status.under_way:
            within = status.step / status.steps if status.steps else 0.0
            whole = (max(status.epoch - 1, 0) + within) / max(status.epochs, 1)
            st.progress(
                min(whole, 1.0),
                f"epoch {status.epoch} of at most {status.epochs}, "
                f"step {status.step} of {status.steps}, its loss {figure(step.get('loss'))}",
            )
        elif status.reason:
            st.caption(plain(status.reason))
        st.markdown(said_of_epochs(status, epoch) if epoch else "No epoch is whole yet.")
        if st.button("Show its curves", key=f"run-{run.id}", type="tertiary"):
            st.session_state[session.RUN] = run.id
            st.session_state[session.TRAINING_VIEW] = "Runs"
            st.session_state[session.ASKED_PAGE] = str(PAGES / "training.py")
            st.rerun()


def said_of_epochs(status: RunStatus, epoch: dict[str, Any]) -> str:
    """The last whole epoch's figures, and the best of what is watched to choose an epoch.

    epoch: the run's newest event of that kind.
    """
    watched = monitor_name(status.monitor)
    train, validation = epoch.get("train") or {}, epoch.get("validation") or {}
    return (
        f"Last whole epoch {epoch['epoch']} of {status.epochs}: "
        f"training loss **{figure(train.get('loss'))}**, "
        f"validation {watched} **{figure(validation.get(status.monitor))}**; "
        f"best validation {watched} **{figure(status.best_value)}** "
        f"at epoch {DASH if status.best_epoch is None else status.best_epoch}"
    )


def show_models(models: list[ReleasedModel]) -> None:
    """The installed models, each with its most telling figure."""
    st.markdown("#### Models")
    if not models:
        st.warning(
            "No model is installed, so no study can be read yet. Train a network on the Training "
            "page, then type `python -m seg_core release RUN --name NAME`."
        )
    for model in models:
        with st.container(border=True):
            state = "calibrated" if model.card.confidence else "not calibrated"
            st.markdown(f"**{model.label}** :gray-badge[{state}]")
            st.caption(headline(model))


def headline(model: ReleasedModel) -> str:
    """The figure that says most, with its interval and on whom it was measured."""
    measured = model.card.measured
    if not measured:
        return "Nothing was measured yet."
    telling = [m for name in TELLING for m in measured if m.name.startswith(name)]
    first = (telling or list(measured))[0]
    return (
        f"{first.name} {figure(first.value)} (95 % {interval(first.low, first.high)})  \n"
        f"{first.split}, {counted(first.patients, 'patient')}"
    )


def show_places(workspace: Workspace) -> None:
    """Where everything lies, and how much room is left."""
    st.markdown("#### Where the data lies")
    settings = workspace.settings
    free = shutil.disk_usage(settings.home).free / 1e9
    roots = [f"`{root}`" for root in settings.data_roots]
    to_open = ", ".join(roots) or (
        "none: set `SECOND_READER_DATA` to the folders that may be opened here, then start the "
        "app again. Uploads work without"
    )
    st.caption(
        f"Workspace: `{settings.home}`, {counted(workspace.shelf.count(), 'study')}, "
        f"{free:.0f} GB free  \n"
        f"Folders to open from: {to_open}"
    )


def ago(moment: datetime) -> str:
    """When something was, as one says it: `5 min ago`, `yesterday` never, a date after a day."""
    minutes = int((datetime.now(UTC) - moment).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 24 * 60 else f"{moment:%d %b %Y}"


if asked := st.session_state.pop(session.ASKED_PAGE, None):
    go_to(Path(asked))
workspace = open_workspace()
left, right = st.columns([2.6, 1], gap="large")
with left:
    if workspace.shelf.count():
        show_studies(workspace)
    else:
        show_first_steps(workspace)
with right:
    show_training(workspace)
    show_models(default_first(workspace.models()))
    show_places(workspace)
