"""What a calibrated confidence is worth on measured patients. It calibrates nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from seg_core.evaluation.figures import Figure, interval
from seg_core.evaluation.measure import MeasuredPatient, MeasuredSlice
from seg_core.evaluation.reliability import reliability

Test = Callable[[MeasuredSlice], bool]

LARGE_PX = 300
"""Outlined tumour of more pixels than this, in a slice of the LGG set, is hard to overlook."""


def confidence_figures(
    patients: Sequence[MeasuredPatient], threshold: float = 0.98
) -> list[Figure]:
    """Of flagged slices and of the calibration, with intervals; none where slices lack one."""
    if not all(one.confidence is not None for one in _slices(patients)):
        return []
    statistics = {
        f"Slices flagged at {threshold:g} that hold tumour, share": lambda chosen: _share(
            chosen, lambda one: _flagged(one, threshold), lambda one: one.holds_tumour
        ),
        f"Tumour slices flagged at {threshold:g}, share": lambda chosen: _share(
            chosen, lambda one: one.holds_tumour, lambda one: _flagged(one, threshold)
        ),
        f"Tumour slices over {LARGE_PX} px flagged at {threshold:g}, share": lambda chosen: _share(
            chosen,
            lambda one: one.counts.truth_px > LARGE_PX,
            lambda one: _flagged(one, threshold),
        ),
        "Expected calibration error of slices": _calibration_error,
    }
    return [
        Figure(name, statistic(patients), *interval(statistic, patients))
        for name, statistic in statistics.items()
    ]


def _flagged(one: MeasuredSlice, threshold: float) -> bool:
    assert one.confidence is not None  # looked at above
    return bool(np.float32(one.confidence) >= np.float32(threshold))


def _share(patients: Sequence[MeasuredPatient], of: Test, that: Test) -> float | None:
    chosen = [one for one in _slices(patients) if of(one)]
    return sum(map(that, chosen)) / len(chosen) if chosen else None


def _calibration_error(patients: Sequence[MeasuredPatient]) -> float | None:
    found = reliability(patients)
    return None if found is None else found.error


def _slices(patients: Sequence[MeasuredPatient]) -> list[MeasuredSlice]:
    return [one for patient in patients for one in patient.slices]
