"""What a confidence threshold costs: tumour missed, and flags without outlined tumour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from seg_core.evaluation.curves_over_patients import Curve, rate_curve
from seg_core.evaluation.figures import calibrated
from seg_core.evaluation.measure import MeasuredPatient, MeasuredSlice
from seg_core.evaluation.thresholds import THRESHOLDS
from seg_core.models.card import Cost, Rate

COST_THRESHOLDS = tuple(threshold for threshold in THRESHOLDS if threshold >= 0.5)
"""Where the costs are worked out: every tick of the triage's slider."""


@dataclass(frozen=True, eq=False)
class Flags:
    """Slices of each patient at each threshold, int (patients, thresholds).

    flagged: at or above it, by confidence, by raw score where not every slice has one. right:
    those of them that hold tumour. tumour: all that do. names: the patients'.
    """

    flagged: np.ndarray
    right: np.ndarray
    tumour: np.ndarray
    names: tuple[str, ...] = ()

    @property
    def missed(self) -> Curve:
        """Of the tumour slices, those not flagged."""
        return rate_curve(self.tumour - self.right, self.tumour, self.names)

    @property
    def empty(self) -> Curve:
        """Of the flagged slices, those without outlined tumour."""
        return rate_curve(self.flagged - self.right, self.flagged, self.names)


def count_flags(
    patients: Sequence[MeasuredPatient],
    thresholds: Sequence[float],
    tumour: Callable[[MeasuredSlice], bool] = lambda one: one.holds_tumour,
) -> Flags:
    """Count patient after patient. tumour: which slices should be flagged."""
    known = calibrated(patients)
    edges = np.array(thresholds, np.float32)
    flagged, right, held = [], [], []
    for patient in patients:
        values = patient.confidences if known else patient.scores
        flags = values.astype(np.float32)[:, None] >= edges
        holds = np.array([tumour(one) for one in patient.slices], bool)
        flagged.append(flags.sum(axis=0))
        right.append(flags[holds].sum(axis=0))
        held.append(np.full(len(edges), holds.sum()))
    names = tuple(patient.patient for patient in patients)
    return Flags(np.array(flagged), np.array(right), np.array(held), names)


def costs(
    patients: Sequence[MeasuredPatient],
    split: str,
    source: str,
    thresholds: Sequence[float] = COST_THRESHOLDS,
) -> tuple[Cost, ...]:
    """The cost of each confidence threshold on some patients, with intervals over them.

    patients: with a confidence for every slice.
    """
    flags = count_flags(patients, thresholds)
    missed, empty = flags.missed, flags.empty
    return tuple(
        Cost(
            confidence_threshold=threshold,
            missed=_rate(missed, i),
            empty=_rate(empty, i),
            tumour_slices=int(flags.tumour[:, i].sum()),
            flagged_slices=int(flags.flagged[:, i].sum()),
            split=split,
            source=source,
        )
        for i, threshold in enumerate(thresholds)
    )


def _rate(curve: Curve, index: int) -> Rate | None:
    value, low, high = curve.at(index)
    return None if value is None else Rate(value=value, low=low, high=high)
