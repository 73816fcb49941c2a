"""A released model with its validation patients counted at every threshold, for tests of pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from seg_core.evaluation.report import write_evaluation
from seg_core.models.card import Calibration
from seg_core.models.registry import ReleasedModel
from tests.evaluation.test_tuning import FOUR, evaluation_of
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
    evaluation = replace(evaluation_of("validation"), subject="run-1", data=("phantom",))
    write_evaluation(folder, evaluation, patients)
    return folder
