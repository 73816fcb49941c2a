"""A released model with its validation patients counted at every threshold, for tests of pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from seg_core.evaluation.report import evaluate_patients, write_evaluation
from seg_core.models.card import Calibration
from seg_core.models.registry import ReleasedModel
from tests.evaluation.test_tuning import FOUR
from tests.models.released import make_released

FIT = Calibration(
    method="logistic", slope=1.0, intercept=0.0, split="validation", patients=4, slices=4,
    source="evaluation/validation",
)  # fmt: skip


def make_tunable(root: Path, **changes: Any) -> ReleasedModel:
    """Its four patients hold a tumour slice each but one; all scores are 0.6."""
    model = make_released(root, **{"confidence": FIT} | changes)
    count_validation(model.folder / "evaluation" / "validation")
    return model


def count_validation(folder: Path) -> Path:
    """The evaluation of those patients, as a run writes it: without a calibrated confidence."""
    patients = [
        replace(p, slices=tuple(replace(one, confidence=None) for one in p.slices)) for p in FOUR
    ]
    evaluation = evaluate_patients(
        patients, subject="run-1", part="validation", split_kind="patient",
        split_fingerprint="0123", threshold=0.5, data=["phantom"],
    )  # fmt: skip
    write_evaluation(folder, evaluation, patients)
    return folder
