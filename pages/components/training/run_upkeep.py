"""What is done with a run once it stands: note, tags, release, deletion."""

from __future__ import annotations

import streamlit as st

from pages.components import session
from pages.components.plain_text import plain
from seg_core.errors import SecondReaderError
from seg_core.jobs import JobStatus, LocalLauncher, Resources
from seg_core.training.board import BoardEntry, delete_run
from seg_core.training.launch import release_command, release_label
from seg_core.training.note import RunNote, read_note, tags_of, write_note
from seg_core.training.run_folder import RunFolder


def draw_upkeep(entry: BoardEntry, launcher: LocalLauncher) -> None:
    """The panel behind the button `More`."""
    with st.popover("More", icon=":material/more_horiz:"):
        if entry.folder is not None:
            draw_note(entry.folder)
            draw_release(entry, entry.folder, launcher)
        if not entry.active:
            draw_deletion(entry, launcher)


def draw_note(folder: RunFolder) -> None:
    """Note and tags, written when they are changed."""
    note, keys = read_note(folder.path), [f"{session.RUN_NOTE}{kind}:{folder.id}" for kind in "nt"]
    st.session_state.setdefault(keys[0], note.text)
    st.session_state.setdefault(keys[1], ", ".join(note.tags))
    st.text_area("Note", key=keys[0], on_change=keep_note, args=(folder, keys))
    st.text_input("Tags", key=keys[1], on_change=keep_note, args=(folder, keys))


def keep_note(folder: RunFolder, keys: list[str]) -> None:
    text, tags = (str(st.session_state[key]) for key in keys)
    write_note(folder.path, RunNote(text.strip(), tags_of(tags)))


def draw_release(entry: BoardEntry, folder: RunFolder, launcher: LocalLauncher) -> None:
    """Make a released model of a run that is over; its job runs in the queue like any other."""
    if entry.active or not folder.best.exists():
        return
    job = release_job(entry.run_id, launcher)
    if job is not None:
        reason = f": {plain(job.reason)}" if job.reason else ""
        st.caption(f"Release {job.state}{reason}")
    if job is None or job.over:
        name = st.text_input("Release as", value="", placeholder="a model's name")
        st.button(
            "Release",
            icon=":material/new_releases:",
            disabled=not name.strip(),
            on_click=release,
            args=(entry, name.strip(), launcher),
            help="Exports the best network, checks it, measures it on the test patients and "
            "writes its card. A name that exists gets a new version.",
        )


def release_job(run_id: str, launcher: LocalLauncher) -> JobStatus | None:
    """The newest job that releases the run, if there was any."""
    label = release_label(run_id)
    return next((job for job in launcher.list_jobs() if job.label == label), None)


def release(entry: BoardEntry, name: str, launcher: LocalLauncher) -> None:
    device = entry.job.device if entry.job is not None else "cpu"
    resources = Resources(device=device, label=release_label(entry.run_id))
    try:
        launcher.submit(release_command(entry.run_id, name), resources)
    except SecondReaderError as error:
        st.toast(plain(str(error)), icon=":material/error:")


def draw_deletion(entry: BoardEntry, launcher: LocalLauncher) -> None:
    """Deletion, which nothing brings back; so it is asked for twice."""
    sure = st.checkbox(f"Delete {plain(entry.run_id)} with its states, curves and pictures")
    st.button(
        "Delete for good",
        icon=":material/delete:",
        disabled=not sure,
        on_click=delete,
        args=(entry, launcher),
    )


def delete(entry: BoardEntry, launcher: LocalLauncher) -> None:
    try:
        delete_run(entry, launcher)
    except (SecondReaderError, OSError) as error:
        st.toast(plain(str(error)), icon=":material/error:")
        return
    st.session_state.pop(session.RUN, None)
    st.query_params.pop("run", None)
    st.toast(f"{plain(entry.run_id)} is deleted.", icon=":material/delete:")
