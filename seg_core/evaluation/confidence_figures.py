"""What confidences and probabilities are worth on measured patients. It calibrates nothing."""

from __future__ import annotations

from collections.abc import Sequence

from seg_core.evaluation.costs import count_flags
from seg_core.evaluation.curves_over_patients import rate_curve
from seg_core.evaluation.figures import Figure, Statistic, calibrated, interval
from seg_core.evaluation.measure import MeasuredPatient
from seg_core.evaluation.near_tumour import pixel_calibration_error
from seg_core.evaluation.reliability import reliability
from seg_core.models.card import FLAGGED_FROM

PIXEL_ERROR = "Expected calibration error of pixels around tumour"

LARGE_PX = 300
"""Outlined tumour of more pixels than this, in a slice of the LGG set, is hard to overlook."""


def confidence_figures(
    patients: Sequence[MeasuredPatient], threshold: float = FLAGGED_FROM
) -> list[Figure]:
    """Of flagged slices and of the calibration, with intervals; none where slices lack one."""
    if not calibrated(patients):
        return []
    every = count_flags(patients, (threshold,))
    large = count_flags(patients, (threshold,), lambda one: one.counts.truth_px > LARGE_PX)
    shares = {
        f"Slices flagged at {threshold:g} that hold tumour, share": (every.right, every.flagged),
        f"Tumour slices flagged at {threshold:g}, share": (every.right, every.tumour),
        f"Tumour slices over {LARGE_PX} px flagged at {threshold:g}, share": (
            large.right,
            large.tumour,
        ),
    }
    found = [
        Figure(name, *rate_curve(*counts, every.names).at(0)) for name, counts in shares.items()
    ]
    return [*found, _error("Expected calibration error of slices", _calibration_error, patients)]


def probability_figures(patients: Sequence[MeasuredPatient]) -> list[Figure]:
    """Of the pixels around tumour, with its interval; none where they were not counted."""
    if not patients or any(patient.near_tumour is None for patient in patients):
        return []
    return [_error(PIXEL_ERROR, _pixel_error, patients)]


def _error(name: str, statistic: Statistic, patients: Sequence[MeasuredPatient]) -> Figure:
    return Figure(name, statistic(patients), *interval(statistic, patients))


def _pixel_error(patients: Sequence[MeasuredPatient]) -> float | None:
    return pixel_calibration_error([p.near_tumour for p in patients if p.near_tumour is not None])


def _calibration_error(patients: Sequence[MeasuredPatient]) -> float | None:
    found = reliability(patients)
    return None if found is None else found.error
