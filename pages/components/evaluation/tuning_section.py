"""Threshold tuning on screen: whose thresholds, on which patients, what they cost. It saves none.

Only validation patients are shown, or out-of-fold readings; a test part chooses nothing.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.components import session
from pages.components.counted import counted
from pages.components.evaluation.operating_point import ask_for_name, draw_saved
from pages.components.evaluation.start import choose_data, measurable, name_of
from pages.components.evaluation.under_way import submit
from pages.components.plain_text import plain
from pages.components.threshold_tuning import Start, threshold_tuning
from pages.components.workspace import Workspace
from seg_core.data.datasets import find_datasets
from seg_core.data.split import SLICE_SPLIT_WARNING
from seg_core.errors import SecondReaderError
from seg_core.evaluation.finished import (
    evaluate_command,
    folder_for_model,
    folder_for_run,
    is_evaluation,
    measured,
)
from seg_core.evaluation.report import OUT_OF_FOLD, Evaluation
from seg_core.evaluation.stored import FIGURES, StoredEvaluation
from seg_core.evaluation.tuning import Tuning, tuning
from seg_core.evaluation.tuning_source import (
    TuningSource,
    read_source,
    source_of_model,
    source_of_run,
)
from seg_core.jobs import JobStatus, LocalLauncher
from seg_core.models.card import Calibration
from seg_core.models.card_text import chosen_by
from seg_core.models.registry import ReleasedModel
from seg_core.models.routing import default_first
from seg_core.training.run_folder import RunFolder

Subject = RunFolder | ReleasedModel

FLATTERS = (
    "On validation patients, who also stopped the training and calibrated the confidence: on "
    "others expect worse. The patients that judge a model are not shown, so nothing is chosen "
    "on them."
)
FLATTERS_OUT_OF_FOLD = (
    "Out-of-fold: each patient was read by a network made like this one that never saw it. The "
    "same patients calibrate the confidence and judge the model, so on others expect a little "
    "worse than what is chosen here."
)


def draw_tuning(workspace: Workspace, launcher: LocalLauncher) -> None:
    """The subject, its costs over both thresholds, and what can be done with a choice."""
    subjects = {name_of(one): one for one in tunable(workspace)}
    if not subjects:
        st.info(
            "There is nothing to tune: no released model, and no run with validation patients "
            "and a whole epoch."
        )
        return
    if st.session_state.get(session.TUNED) not in subjects:
        st.session_state[session.TUNED] = next(iter(subjects))
    draw_saved()
    chosen = subjects[
        st.selectbox("Run or model", subjects, key=session.TUNED, label_visibility="collapsed")
    ]
    try:
        draw_subject(workspace, launcher, chosen)
    except SecondReaderError as error:
        st.error(plain(str(error)), icon=":material/error:")


def tunable(workspace: Workspace) -> list[Subject]:
    """The newest version of each model, then the runs that have validation patients."""
    newest: dict[str, ReleasedModel] = {}
    for model in default_first(workspace.models()):
        newest.setdefault(model.name, model)
    runs = [run for run in measurable(workspace.settings.runs) if has_validation(run)]
    return [*newest.values(), *runs]


def has_validation(run: RunFolder) -> bool:
    """Whether the run's split can be read and has validation patients."""
    try:
        return bool(run.split().validation)
    except SecondReaderError:
        return False


def own_validation(model: ReleasedModel) -> Path:
    """The evaluation that names a model's validation patients, where it has such."""
    return model.folder / "evaluation" / "validation"


def draw_subject(workspace: Workspace, launcher: LocalLauncher, chosen: Subject) -> None:
    """The costs of one subject, or how to count them."""
    settings, model = workspace.settings, chosen if isinstance(chosen, ReleasedModel) else None
    source = source_of_model(settings, model) if model else source_of_run(settings, chosen.id)
    if source is None or not source.counted:
        draw_counting(workspace, launcher, chosen, nothing=source is None)
    if source is None:
        return
    calibration = model.card.confidence if model else None
    stored, found = load(str(source.folder), source.stamp, name_of(chosen), source, calibration)
    draw_facts(chosen, stored)
    can_save = model is not None and calibration is not None
    threshold_tuning(
        found,
        start_of(chosen),
        revision=f"{name_of(chosen)} {source.folder} {source.stamp}",
        button="Save as operating point …" if can_save else "",
        on_choose=lambda pixel, confidence: keep(name_of(chosen), pixel, confidence),
    )
    st.caption(FLATTERS_OUT_OF_FOLD if stored.evaluation.part == OUT_OF_FOLD else FLATTERS)
    if model is None:
        say_release_first(workspace, chosen)
    elif calibration is None:
        st.info("This model's confidence is not calibrated, so it has no operating point to set.")
    else:
        ask_for_name(settings, model, stored, found)


@st.cache_resource(show_spinner="Working out intervals over patients …", max_entries=8)
def load(
    folder: str,
    stamp: float,
    subject: str,
    _source: TuningSource,
    _calibration: Calibration | None,
) -> tuple[StoredEvaluation, Tuning]:
    """Read and counted once, and again when the evaluation was made anew."""
    stored = read_source(_source, _calibration)
    return stored, tuning(stored.patients)


def start_of(chosen: Subject) -> Start:
    """The thresholds of the model's card, or of the run's recipe."""
    if isinstance(chosen, ReleasedModel):
        return Start(chosen.card.pixel_threshold, chosen.card.confidence_threshold, "card")
    return Start(chosen.recipe().pixel_threshold, None, "recipe")


def keep(subject: str, pixel: float, confidence: float) -> None:
    """Remember a choice until its author and note are typed."""
    st.session_state[session.OPERATING_POINT] = (subject, pixel, confidence)


def draw_facts(chosen: Subject, stored: StoredEvaluation) -> None:
    """On whom the costs were counted, who chose the thresholds that stand, what flatters."""
    one = stored.evaluation
    facts = (
        f"{_patients(one)}, {counted(one.slices, 'slice')}",
        f"split by {plain(one.split_kind)} (`{plain(one.split_fingerprint)}`)",
        plain(", ".join(one.data)),
        f"measured {plain(one.made[:10])}" if one.made else "",
    )
    st.caption(" · ".join(filter(None, facts)))
    point = chosen.card.operating_point if isinstance(chosen, ReleasedModel) else None
    if point is not None:
        note = f" “{point.note}”" if point.note else ""
        st.caption(plain(f"{chosen_by(point)}{note}"))
    if one.left_out:
        names = ", ".join(skipped.file for skipped in one.left_out[:3])
        more = f" and {len(one.left_out) - 3} more" if len(one.left_out) > 3 else ""
        st.warning(f"Left out: {plain(names)}{more}.", icon=":material/warning:")
    if one.split_kind == "slice":
        st.warning(SLICE_SPLIT_WARNING, icon=":material/warning:")


def _patients(evaluation: Evaluation) -> str:
    if evaluation.part == OUT_OF_FOLD:
        return f"{counted(evaluation.patients, 'patient')} out-of-fold"
    return counted(evaluation.patients, "validation patient")


def draw_counting(
    workspace: Workspace, launcher: LocalLauncher, chosen: Subject, *, nothing: bool
) -> None:
    """The job that counts the pixels of the validation patients at every threshold."""
    settings, subject = workspace.settings, name_of(chosen)
    if isinstance(chosen, ReleasedModel) and not (own_validation(chosen) / FIGURES).is_file():
        st.info(
            f"{plain(subject)} has no validation patients of its own, and its out-of-fold "
            "evaluation was not counted at every threshold. `crossvalidate` and `release` anew."
        )
        return
    found = find_datasets([*settings.data_roots, settings.home / "demo"])
    lacks = "was not measured on its validation patients yet"
    if not nothing:
        lacks = "was measured before pixels were counted at every threshold"
    with st.container(border=True):
        if any(counts(job, subject) for job in launcher.list_jobs() if not job.over):
            st.markdown(f"{plain(subject)} is being counted; its curves appear once it is whole.")
            return
        st.markdown(f"{plain(subject)} {lacks}. Counting them takes one pass over the patients.")
        if not found:
            st.caption("Name the data set's folder in SECOND_READER_DATA before the app starts.")
            return
        data = choose_data(chosen, found, settings.data_roots, session.TUNING_DATA)
        command = evaluate_command(subject, data, place(workspace, chosen, data), part="validation")
        st.button(
            "Count on validation patients",
            type="primary",
            icon=":material/play_arrow:",
            disabled=not data,
            on_click=submit,
            args=(launcher, command, subject),
        )


def counts(job: JobStatus, subject: str) -> bool:
    """Whether a job measures the subject on its validation patients."""
    return is_evaluation(job.argv) and measured(job.argv) == (subject, "validation")


def place(workspace: Workspace, chosen: Subject, data: list[Path]) -> Path:
    """Where such an evaluation is written."""
    if isinstance(chosen, RunFolder):
        return folder_for_run(workspace.settings, chosen.id, "validation")
    return folder_for_model(workspace.settings, chosen, data, validation=True)


def say_release_first(workspace: Workspace, run: RunFolder) -> None:
    """Thresholds lie on a released model's card, and a run has none."""
    released = [m.label for m in workspace.models() if m.card.training.run == run.id]
    if released:
        st.info(f"This run was released as {plain(released[0])}: choose that one above to save.")
        return
    st.info(
        "An operating point lies on a released model's card, so this run must be released first: "
        f"on the Training page, or `python -m seg_core release {run.id} --name NAME`."
    )
