"""Whether a confidence of 0.8 is right in eight slices of ten. It calibrates nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seg_core.evaluation.figures import calibrated, confidence_and_truth
from seg_core.evaluation.measure import MeasuredPatient
from seg_core.triage.calibration import calibration_error

BINS = 10
"""Equal-width bins of the confidence, 0 to 1; the last one includes 1."""


@dataclass(frozen=True)
class Bin:
    """Slices of a confidence from low to below high.

    confidence: their mean confidence; tumour: their share with tumour. None without slices.
    """

    low: float
    high: float
    slices: int
    confidence: float | None
    tumour: float | None


@dataclass(frozen=True)
class Reliability:
    """error: expected calibration error, the bins' gaps weighted by their number of slices.

    calibrated: False where the raw score stands in for a confidence that there is not.
    """

    bins: tuple[Bin, ...]
    error: float
    slices: int
    calibrated: bool


def reliability(patients: Sequence[MeasuredPatient]) -> Reliability | None:
    """Over all slices, those without tumour too; None without slices."""
    confidence, tumour = confidence_and_truth(patients)
    if not len(tumour):
        return None
    confidence = np.clip(confidence, 0, 1)
    which = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return Reliability(
        bins=tuple(_bin(i, confidence[which == i], tumour[which == i]) for i in range(BINS)),
        error=calibration_error(confidence, tumour, BINS),
        slices=len(tumour),
        calibrated=calibrated(patients),
    )


def _bin(i: int, confidence: np.ndarray, tumour: np.ndarray) -> Bin:
    some = len(confidence) > 0
    return Bin(
        low=i / BINS,
        high=(i + 1) / BINS,
        slices=len(confidence),
        confidence=float(confidence.mean()) if some else None,
        tumour=float(tumour.mean()) if some else None,
    )
