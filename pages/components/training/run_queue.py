"""What a run waits for, its place among those that wait, and how to change it. It starts none."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

import streamlit as st

from pages.components.counted import counted
from pages.components.plain_text import plain
from pages.components.training.words import STATE_ICON
from seg_core.errors import SecondReaderError
from seg_core.jobs import LocalLauncher
from seg_core.jobs.job_folder import JobFolder
from seg_core.training.board import BoardEntry


def draw_queue(entry: BoardEntry, launcher: LocalLauncher) -> None:
    """What a run waits for, and its place among those that wait."""
    if entry.state == "preparing":
        st.info("The trainer loads TensorFlow and reads the data.", icon=STATE_ICON["preparing"])
        return
    st.info(waiting_words(entry), icon=STATE_ICON["waiting"])
    job = entry.job
    if job is None:
        st.caption("A terminal started it; there it can be ended.")
        return
    st.code(shlex.join(("python", *job.argv[1:])), language="sh", wrap_lines=True)
    if job.state != "waiting":
        return
    waiting = launcher.waiting(job.device)
    line = [folder.id for folder in waiting]
    if len(line) > 1:
        st.markdown(queue_words(waiting, job.id))
        with st.container(horizontal=True):
            for label, earlier, end in (("Earlier", True, 0), ("Later", False, -1)):
                st.button(
                    label,
                    icon=f":material/arrow_{'upward' if earlier else 'downward'}:",
                    on_click=move,
                    args=(job.id, launcher, earlier),
                    disabled=line[end] == job.id,
                )


def queue_words(waiting: Sequence[JobFolder], mine: str) -> str:
    """A numbered line a job that waits for the device, the next one first, this one in bold."""
    lines = []
    for number, folder in enumerate(waiting, start=1):
        name = plain(str(folder.asked()["label"]) or folder.id)
        lines.append(f"{number}. **{name}**" if folder.id == mine else f"{number}. {name}")
    return "\n".join(lines)


def waiting_words(entry: BoardEntry) -> str:
    """That nothing of the run has begun, what it waits for, and at which place."""
    if not entry.waits_for and not entry.place:
        return "Its turn has come: it starts in a moment."
    device = f" for {entry.job.device}" if entry.job is not None else ""
    held = f", which {plain(entry.waits_for)} holds" if device else ""
    held = (held or f" for the end of {plain(entry.waits_for)}") if entry.waits_for else ""
    place = "It is next." if not entry.place else f"{counted(entry.place, 'job')} before it."
    return f"Waits{device}{held}. {place} It begins by itself; this page may be closed."


def move(job_id: str, launcher: LocalLauncher, earlier: bool) -> None:
    """Let a waiting run go one place earlier or later."""
    try:
        launcher.move(job_id, earlier=earlier)
    except SecondReaderError as error:  # its turn has just come
        st.toast(plain(str(error)), icon=":material/error:")
