"""How a run becomes a released model: the form, how the job stands, and the way to the viewer."""

from __future__ import annotations

import streamlit as st

from pages.components import session
from pages.components.plain_text import plain
from pages.components.training.run_actions import device_of
from seg_core.errors import ModelError, SecondReaderError
from seg_core.jobs import JobStatus, LocalLauncher, Resources
from seg_core.models import list_models
from seg_core.models.naming import check_name
from seg_core.models.routing import default_words
from seg_core.settings import Settings
from seg_core.training.board import BoardEntry
from seg_core.training.launch import release_command, release_label
from seg_core.training.run_folder import RunFolder
from seg_core.training.state import state_folder


def draw_release(entry: BoardEntry, folder: RunFolder, launcher: LocalLauncher) -> None:
    """Make a released model of a run that is over; its job runs in the queue like any other."""
    if entry.active or state_folder(folder.best) is None:
        return
    job = release_job(entry.run_id, launcher)
    if job is not None and not job.over:
        return
    name = st.text_input("Release as", value="", placeholder="a model's name").strip()
    fault = fault_of(name) if name else ""
    if fault:
        st.error(plain(fault), icon=":material/error:")
    elif words := default_words(name):
        st.warning(plain(words), icon=":material/warning:")
    st.button(
        "Release",
        icon=":material/new_releases:",
        disabled=not name or bool(fault),
        on_click=release,
        args=(entry, name, launcher),
        help="Exports the best network, checks it, measures it on the test patients and "
        "writes its card. A name that exists gets a new version.",
    )


def fault_of(name: str) -> str:
    """Why no released model may be called so, or ""."""
    try:
        check_name(name)
    except ModelError as error:
        return str(error)
    return ""


def release_job(run_id: str, launcher: LocalLauncher) -> JobStatus | None:
    """The newest job that releases the run, if there was any."""
    label = release_label(run_id)
    return next((job for job in launcher.list_jobs() if job.label == label), None)


def release(entry: BoardEntry, name: str, launcher: LocalLauncher) -> None:
    resources = Resources(device=device_of(entry), label=release_label(entry.run_id))
    try:
        launcher.submit(release_command(entry.run_id, name), resources)
    except SecondReaderError as error:
        st.toast(plain(str(error)), icon=":material/error:")


def draw_released(entry: BoardEntry, launcher: LocalLauncher, settings: Settings) -> None:
    """How the last release went, and the models that came of the run."""
    job = release_job(entry.run_id, launcher)
    if job is not None and not job.over:
        waits = f" after {plain(job.waits_for)}" if job.waits_for else ""
        doing = {"waiting": f"waits{waits}", "running": "exports, checks and measures the network"}
        st.info(f"The release {doing.get(job.state, job.state)}.", icon=":material/new_releases:")
    elif job is not None and job.state in ("failed", "died"):
        st.error(plain(f"Nothing was released. {job.reason}"), icon=":material/error:")
    labels = released_models(entry.run_id, settings) if entry.folder is not None else []
    if not labels:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(
            plain(f"released as {', '.join(labels)}"), icon=":material/new_releases:", color="green"
        )
        st.button(
            "Read a study with it",
            icon=":material/visibility:",
            type="tertiary",
            on_click=read_with,
            args=(labels[0],),
        )


def read_with(label: str) -> None:
    """Ask for the viewer with this model; the page goes there once it is run as a whole."""
    st.session_state[session.MODEL] = label
    st.session_state[session.ASKED_PAGE] = str(session.VIEWER_PAGE)


def released_models(run_id: str, settings: Settings) -> list[str]:
    """`name/version` of each released model that the run became, newest first."""
    found = [model for model in list_models(settings) if model.card.training.run == run_id]
    return [model.label for model in found]
