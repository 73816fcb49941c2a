"""The form of a new evaluation. It measures nothing itself: a job does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from pages.components import session
from pages.components.counted import counted
from pages.components.evaluation.under_way import submit
from pages.components.training.data_choice import title
from pages.components.workspace import Workspace
from seg_core.data.datasets import find_datasets
from seg_core.data.split import PARTS
from seg_core.errors import SecondReaderError
from seg_core.evaluation.finished import (
    evaluate_command,
    folder_for_model,
    folder_for_run,
)
from seg_core.jobs import LocalLauncher
from seg_core.models.registry import ReleasedModel
from seg_core.models.routing import default_first
from seg_core.models.seen import seen_by
from seg_core.readers import find_studies
from seg_core.training.run_folder import RunFolder, list_runs

Subject = RunFolder | ReleasedModel

LOOK_AGAIN_SECONDS = 30
"""How long a patient new in a data set may stay uncounted."""


def draw_form(workspace: Workspace, launcher: LocalLauncher) -> None:
    """What to measure, on whom, and the button that starts it."""
    settings = workspace.settings
    subjects = measurable_subjects(workspace)
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
    settings, part, seen_too, anybody = workspace.settings, "test", False, True
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
        anybody = seen_too or say_never_seen(chosen, data)
        out = folder_for_model(settings, chosen, data, seen_too)
    command = evaluate_command(name_of(chosen), data, out, part=part, seen_too=seen_too)
    if st.button(
        "Evaluate",
        type="primary",
        icon=":material/play_arrow:",
        disabled=not (data and anybody),
        on_click=submit,
        args=(launcher, command, name_of(chosen)),
    ):
        st.toast("The evaluation goes on by itself, also when this page is closed.")


def say_never_seen(model: ReleasedModel, data: Sequence[Path]) -> bool:
    """Say how many patients are new by name, none of them opened; False where nobody is."""
    try:
        there, seen = patients_in(tuple(data)), seen_by(model)
    except SecondReaderError:
        return True  # the job names what cannot be read
    never = {name for name in there if not seen.named([name])}
    if there and not never:
        st.info(
            f"Its training looked at every patient here ({len(there)}): choose other data, or "
            "measure on them too, which flatters."
        )
    elif there:
        copies = (
            "copies under other names are left out when it measures"
            if seen.by_pixels
            else "its card cannot tell copies under other names"
        )
        patients = counted(len(there), "patient")
        st.caption(f"By name {len(never)} of {patients} are new to this model; {copies}.")
    return bool(never or not there)


@st.cache_data(ttl=LOOK_AGAIN_SECONDS, show_spinner="Looking for patients …")
def patients_in(data: tuple[Path, ...]) -> frozenset[str]:
    """Names of the patients in data sets, none of them opened."""
    return frozenset(source.name for root in data for source in find_studies(root))


def choose_data(
    chosen: Subject,
    found: Sequence[Path],
    roots: Sequence[Path],
    key: str = session.EVALUATION_DATA,
) -> list[Path]:
    """Data sets among the data roots; those that a run was trained on stand there first."""
    of_run = _data_of(chosen) if isinstance(chosen, RunFolder) else []
    default = [path for path in found if path in of_run] or list(found[:1])
    return st.multiselect(
        "Data sets",
        found,
        default=default,
        key=f"{key}:{name_of(chosen)}",
        format_func=lambda path: title(path, roots),
        placeholder="choose at least one",
    )


def measurable_subjects(workspace: Workspace) -> dict[str, Subject]:
    """By name: released models, those that read by default first, then runs, the newest first."""
    models, runs = default_first(workspace.models()), measurable(workspace.settings.runs)
    return {name_of(one): one for one in (*models, *runs)}


def measurable(runs: Path) -> list[RunFolder]:
    """Runs that have finished an epoch, the newest first."""
    return [run for run in list_runs(runs) if run.best.exists() or run.last.exists()]


def name_of(subject: Subject) -> str:
    """A run's id, or `name/version` of a model."""
    return subject.id if isinstance(subject, RunFolder) else subject.label


def _data_of(run: RunFolder) -> list[Path]:
    try:
        return [Path(path).resolve() for path in run.provenance()["data"]]
    except (SecondReaderError, KeyError):
        return []
