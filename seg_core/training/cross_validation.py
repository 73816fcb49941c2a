"""Runs on the folds of one protocol, judged together: each patient by the run that left it out.

Calibration is crossed too: the confidence of a fold's slices comes from a fit on the other folds.
It trains nothing, and chooses no run, epoch or threshold.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from seg_core.errors import SplitError
from seg_core.evaluation.confidence_figures import confidence_figures
from seg_core.evaluation.measure import MeasuredPatient, fit_confidence, with_confidence
from seg_core.evaluation.progress import OnStep, unheard
from seg_core.evaluation.report import Evaluation, evaluate_patients, write_evaluation
from seg_core.models.card import Calibration
from seg_core.training.judge import under_test
from seg_core.training.recipe import Recipe
from seg_core.training.run_folder import RunFolder
from seg_core.whole_files import write_whole

PART, RECIPE = "out-of-fold", "recipe.json"
SOURCE = f"evaluation/{PART}"


@dataclass(frozen=True)
class OutOfFold:
    """All patients as judged, and one calibration fitted on all of them for a later release.

    missing: folds that no run stands for; the figures are then of the other folds' patients.
    """

    evaluation: Evaluation
    patients: tuple[MeasuredPatient, ...]
    calibration: Calibration | None
    missing: tuple[int, ...]


def cross_validate(
    runs: Sequence[RunFolder],
    out: Path,
    data: Sequence[Path] = (),
    on_step: OnStep = unheard,
) -> OutOfFold:
    """Judge each run on its fold, pool the patients, and write `out` as an evaluation.

    data: where the data sets lie now; from the runs' provenance unless given.
    Raises SplitError unless the runs stand for different folds of one protocol.
    """
    folds = _folds(runs)
    measured = {
        fold: under_test(run, data).evaluate("test", on_step)[1] for fold, run in folds.items()
    }
    patients = tuple(patient for fold in sorted(measured) for patient in _crossed(measured, fold))
    first = runs[0]
    settings, protocol = first.split().settings, first.split().protocol
    assert protocol is not None  # looked at in `_folds`
    evaluation = evaluate_patients(
        patients,
        subject=", ".join(folds[fold].id for fold in sorted(folds)),
        part=PART,
        split_kind="folds",
        split_fingerprint=protocol.fingerprint,
        threshold=first.recipe().pixel_threshold,
        weights="each fold's kept epoch",
        data=[root.name for root in data],
    )
    added = tuple(confidence_figures(patients))
    evaluation = replace(evaluation, figures=(*evaluation.figures, *added))
    out.mkdir(parents=True, exist_ok=True)
    write_whole(out / RECIPE, first.recipe().model_dump_json(indent=1))
    write_evaluation(out, evaluation, patients)  # figures.json last: its being there says all
    return OutOfFold(
        evaluation,
        patients,
        fit_confidence(patients, PART, SOURCE),
        tuple(k for k in range(1, settings.folds + 1) if k not in folds),
    )


def compared(recipe: Recipe) -> dict[str, Any]:
    """What must be alike in networks that are judged as one: all but the split and the seed."""
    return recipe.model_dump(mode="json", exclude={"split", "seed"})


def read_recipe(folder: Path) -> Recipe:
    """The recipe of a folder that `cross_validate` wrote. Raises SplitError without one."""
    try:
        return Recipe.model_validate_json((folder / RECIPE).read_text())
    except (OSError, ValueError) as error:
        raise SplitError(
            f"{folder}: expected what `crossvalidate` writes, {RECIPE} among it, found {error}."
        ) from error


def _folds(runs: Sequence[RunFolder]) -> dict[int, RunFolder]:
    """The runs by fold, of one protocol and one recipe. Raises SplitError otherwise."""
    if not runs:
        raise SplitError("runs: expected one run a fold, received none.")
    found: dict[int, RunFolder] = {}
    seen: dict[str, set[str]] = {"protocol": set(), "recipe": set()}
    for run in runs:
        split = run.split()
        if split.settings.kind != "folds" or split.protocol is None:
            raise SplitError(
                f"{run.id}: expected a run on a fold, found a split by {split.settings.kind}. "
                "Train with --set split.kind=folds --set split.fold=1 and so on."
            )
        fold = split.settings.fold
        if fold in found:
            raise SplitError(
                f"{run.id}: fold {fold} is already {found[fold].id}. Name one of them."
            )
        found[fold] = run
        seen["protocol"].add(split.protocol.fingerprint)
        seen["recipe"].add(json.dumps(compared(run.recipe()), sort_keys=True))
    for what, different in seen.items():
        if len(different) > 1:
            raise SplitError(
                f"runs: expected one {what}, found {len(different)} different ones among "
                f"{', '.join(run.id for run in runs)}. Their figures cannot be pooled."
            )
    return found


def _crossed(measured: Mapping[int, Sequence[MeasuredPatient]], fold: int) -> list[MeasuredPatient]:
    """A fold's patients, their confidence calibrated on the others; as they are where none can."""
    others = [patient for k, patients in measured.items() if k != fold for patient in patients]
    fit = fit_confidence(others, f"{PART}, other folds", SOURCE)
    here = measured[fold]
    return list(here) if fit is None else [with_confidence(patient, fit) for patient in here]
