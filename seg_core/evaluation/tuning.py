"""What each threshold costs on validation patients, to choose one from. It chooses none.

Patients of a test part are never tuned on: `check_tunable` refuses them. Out-of-fold, where each
patient is read by a network that never saw it, all thresholds and calibrations come from those
who judge: so may a choice, which flatters what is then said of them a little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from seg_core.errors import SplitError
from seg_core.evaluation.costs import count_flags
from seg_core.evaluation.curves_over_patients import Curve, rate_curve
from seg_core.evaluation.figures import DICE, F1, PRECISION, RECALL, calibrated
from seg_core.evaluation.measure import MeasuredPatient, with_confidence
from seg_core.evaluation.report import OUT_OF_FOLD, Evaluation
from seg_core.evaluation.stored import StoredEvaluation
from seg_core.evaluation.thresholds import THRESHOLDS, ThresholdCounts, no_counts
from seg_core.models.card import Calibration


@dataclass(frozen=True, eq=False)
class PixelCosts:
    """At each pixel threshold: curves by name, and whole slices gone wrong.

    missed: tumour slices of which no pixel is found; false_alarms: slices without tumour
    whose mask is not empty; int64 (thresholds,).
    """

    curves: Mapping[str, Curve]
    missed: np.ndarray
    false_alarms: np.ndarray
    tumour_slices: int
    empty_slices: int


@dataclass(frozen=True, eq=False)
class SliceCosts:
    """At each confidence threshold: tumour slices not flagged, flags without outlined tumour.

    missed, empty: rates; missed_slices, flagged, flagged_empty: int64 (thresholds,).
    calibrated: False where raw scores stand in for confidences that there are not.
    """

    missed: Curve
    empty: Curve
    missed_slices: np.ndarray
    flagged: np.ndarray
    flagged_empty: np.ndarray
    tumour_slices: int
    calibrated: bool


@dataclass(frozen=True, eq=False)
class Tuning:
    """The costs of all thresholds on some patients. pixels: None if not counted."""

    pixels: PixelCosts | None
    slices: SliceCosts
    patients: int


TUNABLE = ("validation", OUT_OF_FOLD)
"""Parts that thresholds may be chosen on."""


def check_tunable(evaluation: Evaluation) -> None:
    """Raises SplitError unless the evaluation is of validation patients, or out-of-fold."""
    if evaluation.part not in TUNABLE:
        raise SplitError(
            f"{evaluation.subject}: expected an evaluation on validation patients, or out-of-fold, "
            f"to tune on, found one on {evaluation.part!r}: these choose nothing of it. Evaluate "
            "with --part validation."
        )


def confident(stored: StoredEvaluation, fit: Calibration) -> tuple[MeasuredPatient, ...]:
    """Its patients with a confidence for every slice, by a card's fit.

    Out-of-fold they keep those that they were judged with, from fits without their own fold: the
    card's fit has seen all of them.
    """
    if stored.evaluation.part == OUT_OF_FOLD and calibrated(stored.patients):
        return stored.patients
    return tuple(with_confidence(patient, fit) for patient in stored.patients)


def tuning(patients: Sequence[MeasuredPatient]) -> Tuning:
    """All costs of measured patients; takes a second, for the intervals."""
    counted = [p.by_threshold for p in patients if p.by_threshold is not None]
    return Tuning(
        pixels=_pixel_costs(counted, [p.patient for p in patients])
        if counted and len(counted) == len(patients)
        else None,
        slices=_slice_costs(patients),
        patients=len(patients),
    )


def nearest(threshold: float) -> int:
    """Index of the one of THRESHOLDS that lies nearest."""
    return int(np.abs(np.array(THRESHOLDS) - threshold).argmin())


def _pixel_costs(counted: Sequence[ThresholdCounts], names: Sequence[str]) -> PixelCosts:
    found = np.stack([one.true_positive for one in counted])
    mask = np.stack([one.mask_px for one in counted])
    truth = np.broadcast_to(np.array([[one.truth_px] for one in counted]), mask.shape)
    dice = np.stack([one.dice for one in counted])
    total = sum(counted, no_counts())
    return PixelCosts(
        curves={
            PRECISION: rate_curve(found, mask, names),
            RECALL: rate_curve(found, truth, names),
            F1: rate_curve(2 * found, mask + truth, names),
            DICE: rate_curve(np.nan_to_num(dice), ~np.isnan(dice), names),
        },
        missed=total.missed,
        false_alarms=total.false_alarms,
        tumour_slices=total.tumour_slices,
        empty_slices=total.slices - total.tumour_slices,
    )


def _slice_costs(patients: Sequence[MeasuredPatient]) -> SliceCosts:
    flags = count_flags(patients, THRESHOLDS)
    return SliceCosts(
        missed=flags.missed,
        empty=flags.empty,
        missed_slices=(flags.tumour - flags.right).sum(axis=0),
        flagged=flags.flagged.sum(axis=0),
        flagged_empty=(flags.flagged - flags.right).sum(axis=0),
        tumour_slices=int(flags.tumour[:, 0].sum()),
        calibrated=calibrated(patients),
    )
