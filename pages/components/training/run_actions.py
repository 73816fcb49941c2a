"""The buttons that fit a run's state, and what they ask of the trainer or of the queue."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.components import session
from pages.components.plain_text import plain
from pages.components.training.recipe_form import set_draft
from seg_core.errors import SecondReaderError
from seg_core.jobs import LocalLauncher, Resources
from seg_core.jobs.device_lock import devices_of
from seg_core.jobs.devices import list_devices
from seg_core.training.beginning import begun_with
from seg_core.training.board import BoardEntry
from seg_core.training.launch import resume_command
from seg_core.training.run_folder import RunFolder


def draw_buttons(entry: BoardEntry, launcher: LocalLauncher) -> None:
    if entry.can_stop:
        st.button(
            "Stop training" if entry.state != "waiting" else "Take out of the queue",
            icon=":material/stop:",
            on_click=stop,
            args=(entry, launcher),
            help="Ends after the current step with a full state; it can be resumed."
            if entry.state != "waiting"
            else None,
        )
    if entry.state == "stopping":  # holds the place of the button: a second click must end nothing
        st.button("Stopping", icon=":material/hourglass_bottom:", disabled=True)
    if entry.can_resume:
        st.button(
            "Resume",
            icon=":material/play_arrow:",
            type="primary",
            on_click=resume,
            args=(entry, launcher),
        )
    if entry.can_continue:
        st.button(
            "Continue from best",
            icon=":material/replay:",
            on_click=resume,
            args=(entry, launcher, True),
            help="From the best epoch, with its optimiser and a fresh patience. Later epochs are "
            "done anew; their log is kept beside the run.",
        )
    if entry.folder is not None:
        st.button(
            "New run from these settings",
            icon=":material/content_copy:",
            on_click=copy_settings,
            args=(entry.folder,),
        )
    if entry.state == "stopping" and entry.job is not None and not entry.job.over:
        st.button(
            "End now",
            icon=":material/dangerous:",
            on_click=end_now,
            args=(entry, launcher),
            help="Does not wait for the state to be written; the last one saved stays.",
        )


def stop(entry: BoardEntry, launcher: LocalLauncher) -> None:
    """Ask the trainer to stop; a run that only waits leaves the queue."""
    try:
        if entry.folder is not None and entry.state != "waiting":
            entry.folder.ask("stop")
            st.toast("Asked the trainer to stop after this step.", icon=":material/stop:")
        elif entry.job is not None:
            launcher.cancel(entry.job.id)
    except SecondReaderError as error:
        st.toast(plain(str(error)), icon=":material/error:")


def end_now(entry: BoardEntry, launcher: LocalLauncher) -> None:
    """End the process, politely first and firmly after its grace."""
    if entry.job is not None:
        launcher.cancel(entry.job.id)


def copy_settings(folder: RunFolder) -> None:
    """Open the form of a new run with this one's settings and data."""
    try:
        set_draft(folder.recipe())
        origin = folder.provenance()
        st.session_state[session.DATASETS] = [Path(path) for path in origin["data"]]
        st.session_state[session.NEGATIVES] = [Path(path) for path in origin.get("negatives", ())]
        st.session_state[session.POSITIVES] = [Path(path) for path in origin.get("positives", ())]
        st.session_state[session.BEGINNING] = next(
            (one.run for one in reversed(begun_with(folder))), ""
        )
    except (SecondReaderError, KeyError) as error:
        st.toast(plain(str(error)), icon=":material/error:")
        return
    st.session_state[session.ASKED_VIEW] = "New run"


def resume(entry: BoardEntry, launcher: LocalLauncher, best: bool = False) -> None:
    """Put the run back into the queue of the device it was on."""
    device = device_of(entry)
    try:
        resources = Resources(device, entry.run_id, takes_lock=True)
        launcher.submit(resume_command(entry.run_id, best=best), resources)
    except SecondReaderError as error:
        st.toast(plain(str(error)), icon=":material/error:")


def device_of(entry: BoardEntry) -> str:
    """The device that a run was on last; the processor where this machine has it no more."""
    if entry.job is not None:
        return entry.job.device
    try:
        device = str(entry.folder.provenance()["device"]) if entry.folder is not None else "cpu"
    except (SecondReaderError, KeyError):
        return "cpu"
    here = {found.name for found in list_devices()}
    return device if set(devices_of(device)) <= here else "cpu"
