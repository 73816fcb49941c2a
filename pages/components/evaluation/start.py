"""The form of a new evaluation, and how those under way stand. It measures nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from pages.components import session
from pages.components.plain_text import plain
from pages.components.training.data_choice import title
from pages.components.workspace import Workspace
from seg_core.data.datasets import find_datasets
from seg_core.data.split import PARTS
from seg_core.errors import SecondReaderError
from seg_core.evaluation.finished import (
    evaluate_command,
    folder_for_model,
    folder_for_run,
    is_evaluation,
)
from seg_core.jobs import JobStatus, LocalLauncher, Resources
from seg_core.models.registry import ReleasedModel
from seg_core.training.run_folder import RunFolder, list_runs

Subject = RunFolder | ReleasedModel

LOG_BYTES = 1500
"""Of a failed evaluation's log that is shown."""

SHOWN = 3
"""Finished or failed jobs that stay listed."""


def draw_form(workspace: Workspace, launcher: LocalLauncher) -> None:
    """What to measure, on whom, and the button that starts it."""
    settings = workspace.settings
    subjects = {name_of(one): one for one in (*workspace.models(), *measurable(settings.runs))}
    found = find_datasets([*settings.data_roots, settings.home / "demo"])
    if not subjects:
        st.info("There is nothing to evaluate: no released model, and no run with a whole epoch.")
        return
    if not found:
        st.info(
            "No data set was found. Name folders in SECOND_READER_DATA before the start of the "
            "app: a data set is a folder of patients' folders with slices and `_mask` files."
        )
        return
    left, right = st.columns(2, gap="large")
    with left:
        chosen = subjects[st.selectbox("Run or model", subjects, key=session.TO_EVALUATE)]
    with right:
        data = choose_data(chosen, found, settings.data_roots)
    choose_and_start(workspace, launcher, chosen, data)


def choose_and_start(
    workspace: Workspace, launcher: LocalLauncher, chosen: Subject, data: Sequence[Path]
) -> None:
    """The part of a run's split, or which patients of a model's; then the button."""
    settings, part, seen_too = workspace.settings, "test", False
    if isinstance(chosen, RunFolder):
        parts = [name for name in reversed(PARTS) if chosen.split().members(name)]
        part = st.segmented_control("Part of the run's split", parts, default=parts[0]) or parts[0]
        if part == "train":
            st.warning("The network has seen these patients: such figures flatter.")
        out = folder_for_run(settings, chosen.id, part)
    else:
        seen_too = st.checkbox(
            "Also patients that its training looked at",
            help="Flatters, and the evaluation then says so. Off: only patients never seen.",
        )
        out = folder_for_model(settings, chosen, data, seen_too)
    command = evaluate_command(name_of(chosen), data, out, part=part, seen_too=seen_too)
    if st.button(
        "Evaluate",
        type="primary",
        icon=":material/play_arrow:",
        disabled=not data,
        on_click=submit,
        args=(launcher, command, name_of(chosen)),
    ):
        st.toast("The evaluation goes on by itself, also when this page is closed.")


def choose_data(chosen: Subject, found: Sequence[Path], roots: Sequence[Path]) -> list[Path]:
    """Data sets among the data roots; those that a run was trained on stand there first."""
    of_run = _data_of(chosen) if isinstance(chosen, RunFolder) else []
    default = [path for path in found if path in of_run] or list(found[:1])
    return st.multiselect(
        "Data sets",
        found,
        default=default,
        key=f"{session.EVALUATION_DATA}:{name_of(chosen)}",
        format_func=lambda path: title(path, roots),
        placeholder="choose at least one",
    )


def measurable(runs: Path) -> list[RunFolder]:
    """Runs that have finished an epoch, the newest first."""
    return [run for run in list_runs(runs) if run.best.exists() or run.last.exists()]


def name_of(subject: Subject) -> str:
    """A run's id, or `name/version` of a model."""
    return subject.id if isinstance(subject, RunFolder) else subject.label


def submit(launcher: LocalLauncher, command: Sequence[str], subject: str) -> None:
    """Put the evaluation into the processor's queue."""
    try:
        launcher.submit(command, Resources("cpu", f"evaluate {subject}"))
    except SecondReaderError as error:
        st.toast(plain(str(error)), icon=":material/error:")


def evaluations_under_way(launcher: LocalLauncher) -> list[JobStatus]:
    """Jobs that wait or run, and the last few that did not end well; newest first."""
    jobs = [job for job in launcher.list_jobs() if is_evaluation(job.argv)]
    latest: dict[tuple[str, ...], JobStatus] = {}
    for job in jobs:  # a second try of the same evaluation replaces the first one's failure
        latest.setdefault(job.argv, job)
    unwell = [job for job in latest.values() if job.state in ("failed", "died")][:SHOWN]
    return [job for job in jobs if not job.over] + unwell


def draw_under_way(launcher: LocalLauncher, jobs: Sequence[JobStatus]) -> None:
    """A line a job: what it waits for, or that it runs, or why it failed."""
    for job in jobs:
        if job.state in ("failed", "died"):
            log, _ = launcher.logs(job.id, -LOG_BYTES)
            with st.expander(f"{plain(job.label)}: {job.state}", icon=":material/error:"):
                st.code(log.strip() or job.reason, language=None, wrap_lines=True)
            continue
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info(
                f"{plain(job.label)}: {standing(job, launcher)}",
                icon=":material/progress_activity:",
            )
            st.button("Stop", key=f"stop:{job.id}", on_click=launcher.cancel, args=(job.id,))


def standing(job: JobStatus, launcher: LocalLauncher) -> str:
    """Measuring, or waiting for what."""
    if job.state != "waiting":
        return "measuring; it appears below when it is whole"
    held_by = [folder.status().label for folder in launcher.busy(job.device)]
    return f"waiting for {job.device}" + (f", held by {plain(held_by[0])}" if held_by else "")


def _data_of(run: RunFolder) -> list[Path]:
    try:
        return [Path(path).resolve() for path in run.provenance()["data"]]
    except (SecondReaderError, KeyError):
        return []
