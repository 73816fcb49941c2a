"""Studies that wait for a model: put into the queue, its worker started, its progress shown.

The worker is a process of its own beside the app; every app on this workspace sees the queue.
"""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from pages.components import session
from pages.components.counted import counted
from pages.components.plain_text import plain
from pages.components.workspace import Workspace
from seg_core.jobs import JobStatus, LocalLauncher, Resources

LOOK_SECONDS = 2
"""How often the page looks how far the worker is."""

DEVICE = "reading"
"""The processor, in a queue of its own beside the training that may hold it for hours."""

READ_SOME = 3
"""Exit code of a worker that read what it could: that is no failure of the worker."""

LISTED = 6
"""Waiting studies that get a bar each; the others are counted."""


def ask_for(workspace: Workspace, study_ids: Iterable[str]) -> int:
    """Let a model read these studies; how many were not in the queue yet. None without a model."""
    if not workspace.models():
        return 0
    asked = workspace.queue.ask(study_ids)
    keep_going(workspace)
    return asked


def keep_going(workspace: Workspace, *, again: bool = False) -> JobStatus | None:
    """Start a worker where studies wait and none is under way; the last job there was.

    A restart goes on by this. A job that failed before it read anything is not started again
    by itself, else it would fail for ever: `again` starts it on request.
    """
    from seg_core.inference.shelf_worker import JOB_LABEL, segment_command

    launcher = LocalLauncher(workspace.settings.home)
    ours = [job for job in launcher.list_jobs() if job.label == JOB_LABEL]
    last = ours[0] if ours else None
    if not workspace.queue.waiting() or any(not job.over for job in ours):
        return last
    if last is not None and failed(last) and not again:
        return last
    job = launcher.submit(segment_command(), Resources(device=DEVICE, label=JOB_LABEL))
    return launcher.status(job)


def failed(job: JobStatus) -> bool:
    """Whether the worker itself failed, not one of its studies."""
    return job.state == "failed" and job.exit_code != READ_SOME


def stop_all(workspace: Workspace) -> None:
    """Take every waiting study out of the queue and end the worker."""
    from seg_core.inference.shelf_worker import JOB_LABEL

    launcher = LocalLauncher(workspace.settings.home)
    for job in launcher.list_jobs():  # first: it could begin one that is no longer wanted
        if job.label == JOB_LABEL and not job.over:
            launcher.cancel(job.id)
    workspace.queue.withdraw()


def show_queue(workspace: Workspace) -> None:
    """What is being read and what waits; nothing where nothing does."""
    waiting = len(workspace.queue.waiting())
    st.session_state[session.QUEUED] = waiting
    if waiting:
        _watch(workspace)


@st.fragment(run_every=LOOK_SECONDS)
def _watch(workspace: Workspace) -> None:
    """Drawn anew by itself; the whole page follows once a study is done."""
    from seg_core.inference.shelf_worker import read_progress

    waiting = workspace.queue.waiting()
    if len(waiting) != st.session_state.get(session.QUEUED):
        st.rerun()
    job, now = keep_going(workspace), read_progress(workspace.settings)
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**A model reads {counted(len(waiting), 'study')}**", width="stretch")
            if st.button("Stop reading", help="Takes the waiting studies out of the queue."):
                stop_all(workspace)
                st.rerun()
        if job is not None and failed(job):
            st.error(plain(job.reason))
            if st.button("Try again"):
                keep_going(workspace, again=True)
        for asked in waiting[:LISTED]:
            done = now.done if now and now.study_id == asked.study_id else 0
            said = f"slice {done} of {asked.slices}" if done else "waits"
            st.progress(done / max(asked.slices, 1), f"{plain(asked.name)}: {said}")
        if len(waiting) > LISTED:
            st.caption(f"and {counted(len(waiting) - LISTED, 'study')} more")
