"""What a confidence threshold costs: tumour missed, and flags without outlined tumour."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from seg_core.evaluation.figures import interval, scores_and_truth
from seg_core.evaluation.measure import MeasuredPatient
from seg_core.models.card import Calibration, Cost, Rate
from seg_core.triage.calibration import calibrate

COST_THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999)
"""Where the costs are worked out; the page reads between them nothing, it shows the nearest."""


def costs(
    patients: Sequence[MeasuredPatient], calibration: Calibration, split: str, source: str
) -> tuple[Cost, ...]:
    """The cost of each of COST_THRESHOLDS on some patients, with intervals over them."""
    return tuple(cost_at(patients, calibration, t, split, source) for t in COST_THRESHOLDS)


def cost_at(
    patients: Sequence[MeasuredPatient],
    calibration: Calibration,
    threshold: float,
    split: str,
    source: str,
) -> Cost:
    """The cost of one confidence threshold on some patients, with intervals over them."""
    scores, tumour = scores_and_truth(patients)
    flagged = calibrate(scores, calibration) >= np.float32(threshold)

    def missed(chosen: Sequence[MeasuredPatient]) -> float | None:
        return _share_of(chosen, calibration, threshold, lambda flag, truth: (truth & ~flag, truth))

    def empty(chosen: Sequence[MeasuredPatient]) -> float | None:
        return _share_of(chosen, calibration, threshold, lambda flag, truth: (flag & ~truth, flag))

    return Cost(
        confidence_threshold=threshold,
        missed=_rate(missed, patients),
        empty=_rate(empty, patients),
        tumour_slices=int(tumour.sum()),
        flagged_slices=int(flagged.sum()),
        split=split,
        source=source,
    )


def _share_of(
    patients: Sequence[MeasuredPatient],
    calibration: Calibration,
    threshold: float,
    part_and_whole: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]],
) -> float | None:
    scores, tumour = scores_and_truth(patients)
    flagged = calibrate(scores, calibration) >= np.float32(threshold)
    part, whole = part_and_whole(flagged, tumour)
    return float(part.sum() / whole.sum()) if whole.any() else None


def _rate(
    statistic: Callable[[Sequence[MeasuredPatient]], float | None],
    patients: Sequence[MeasuredPatient],
) -> Rate | None:
    value = statistic(patients)
    if value is None:
        return None
    low, high = interval(statistic, patients)
    return Rate(value=value, low=low, high=high)
