"""How well a slice's score tells slices with tumour from those without. It judges no pixel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from seg_core.evaluation.figures import auroc, confidence_and_truth, interval, scored_alike
from seg_core.evaluation.measure import MeasuredPatient

SPECIFICITIES = (0.8, 0.9, 0.95, 0.98, 0.99)
"""Shares of slices without tumour that stay unflagged, at which sensitivity is reported."""


@dataclass(frozen=True)
class Sensitivity:
    """Share of tumour slices found at a specificity, with its 95 % interval over patients."""

    specificity: float
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class SliceRoc:
    """The curve from (0, 0) to (1, 1) by falling score, its area, and points on it."""

    false_positive_rate: tuple[float, ...]
    sensitivity: tuple[float, ...]
    auroc: float
    at: tuple[Sensitivity, ...]


def slice_roc(patients: Sequence[MeasuredPatient]) -> SliceRoc | None:
    """The slices' ROC by confidence, or raw score; None with slices of one kind only."""
    from sklearn.metrics import roc_curve

    patients = scored_alike(patients)
    area = auroc(patients)
    if area is None:
        return None
    scores, truth = confidence_and_truth(patients)
    false_positive_rate, sensitivity, _ = roc_curve(truth, scores)
    return SliceRoc(
        tuple(map(float, false_positive_rate)),
        tuple(map(float, sensitivity)),
        area,
        tuple(_at(patients, specificity) for specificity in SPECIFICITIES),
    )


def sensitivity_at(specificity: float, patients: Sequence[MeasuredPatient]) -> float | None:
    """Largest share of tumour slices above a score that at least `specificity` stay at or below.

    None with slices of one kind only.
    """
    scores, truth = confidence_and_truth(patients)
    empty = np.sort(scores[~truth])[::-1]
    if not len(empty) or not truth.any():
        return None
    allowed = int((1 - specificity) * len(empty) + 1e-9)  # 0.1 * 10 is a little below 1
    return float((scores[truth] > empty[allowed]).mean()) if allowed < len(empty) else 1.0


def _at(patients: Sequence[MeasuredPatient], specificity: float) -> Sensitivity:
    statistic = partial(sensitivity_at, specificity)
    low, high = interval(statistic, patients)
    return Sensitivity(specificity, statistic(patients) or 0.0, low, high)
