"""Evaluations that wait or run, how far each is, and why one failed. It measures nothing."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.components.plain_text import plain
from seg_core.errors import SecondReaderError
from seg_core.evaluation.finished import is_evaluation, measured, out_of
from seg_core.evaluation.progress import Step, read_progress
from seg_core.jobs import JobStatus, LocalLauncher, Resources

LOG_BYTES = 1500
"""Of a failed evaluation's log that is shown."""

SHOWN = 3
"""Failed jobs that stay listed."""

SOME_UNREADABLE = 3
"""Exit code of `evaluate` when the evaluation is whole and some inputs could not be read."""


def submit(launcher: LocalLauncher, command: Sequence[str], subject: str) -> None:
    """Put the evaluation into the processor's queue."""
    try:
        launcher.submit(command, Resources("cpu", f"evaluate {subject}"))
    except SecondReaderError as error:
        st.toast(plain(str(error)), icon=":material/error:")


def evaluation_jobs(launcher: LocalLauncher) -> list[JobStatus]:
    """Every job that evaluates, the newest first."""
    return [job for job in launcher.list_jobs() if is_evaluation(job.argv)]


def failures(jobs: Sequence[JobStatus]) -> list[JobStatus]:
    """The last few that did not end well and were not made good since; newest first.

    jobs: the newest first. A second try of the same evaluation replaces the first one's failure;
    so does one of the same subject and part that ended well, whatever its data.
    """
    unwell: list[JobStatus] = []
    tried: set[tuple[str, ...]] = set()
    made_good: set[tuple[str, str]] = set()
    for job in jobs:
        if ended_badly(job) and job.argv not in tried and measured(job.argv) not in made_good:
            unwell.append(job)
        tried.add(job.argv)
        if ended_well(job):
            made_good.add(measured(job.argv))
    return unwell[:SHOWN]


def put_away(launcher: LocalLauncher, failed: JobStatus) -> None:
    """Remove a failed job for good, and earlier failures of the same evaluation with it."""
    for job in evaluation_jobs(launcher):
        if job.argv == failed.argv and ended_badly(job):
            try:
                launcher.forget(job.id)
            except SecondReaderError as error:
                st.toast(plain(str(error)), icon=":material/error:")


def draw_jobs(launcher: LocalLauncher, jobs: Sequence[JobStatus]) -> None:
    """A line a job: what it waits for, or that it runs; and why the last ones failed."""
    for job in jobs:
        if not job.over:
            with st.container(horizontal=True, vertical_alignment="center"):
                draw_standing(job, launcher)
                st.button(
                    "Stop evaluation",
                    key=f"stop:{job.id}",
                    on_click=launcher.cancel,
                    args=(job.id,),
                )
    for job in failures(jobs):
        with st.container(horizontal=True):
            draw_failure(job, launcher)
            st.button(
                "Put away",
                key=f"put-away:{job.id}",
                help="Removes the failed job with its log, for everybody.",
                on_click=put_away,
                args=(launcher, job),
            )


def draw_failure(job: JobStatus, launcher: LocalLauncher) -> None:
    """The last words of a job that did not end well."""
    try:
        log, _ = launcher.logs(job.id, -LOG_BYTES)
    except SecondReaderError:
        return  # put away elsewhere meanwhile
    with st.expander(f"{plain(job.label)}: {job.state}", icon=":material/error:"):
        st.code(log.strip() or job.reason, language=None, wrap_lines=True)


def draw_standing(job: JobStatus, launcher: LocalLauncher) -> None:
    """A bar of the patients done of all, or what the job waits for."""
    if job.state == "waiting":
        held_by = [folder.status().label for folder in launcher.busy(job.device)]
        held = f", held by {plain(held_by[0])}" if held_by else ""
        st.info(f"{plain(job.label)}: waiting for {job.device}{held}", icon=":material/schedule:")
        return
    step = read_progress(out_of(job.argv)) or Step("starting")
    share = min(step.done / step.of, 1.0) if step.of else 0.0
    st.progress(share, f"{plain(job.label)}: {plain(step.words)}")


def ended_well(job: JobStatus) -> bool:
    """Whether a job left a whole evaluation."""
    return job.state == "finished" or job.exit_code == SOME_UNREADABLE


def ended_badly(job: JobStatus) -> bool:
    """Whether a job left no evaluation; where inputs were left out, the evaluation names them."""
    return job.state in ("failed", "died") and job.exit_code != SOME_UNREADABLE
