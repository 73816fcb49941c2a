"""One network in two precisions on the same slices: what the second moves. It reads no network.

The pairs of a patient stay together, so the interval is of the difference, not of two means.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from seg_core.evaluation.csv_table import csv_text
from seg_core.evaluation.figures import calibrated, interval, pooled
from seg_core.evaluation.measure import MeasuredPatient
from seg_core.evaluation.reliability import reliability
from seg_core.models.quantised import Moved
from seg_core.whole_files import write_whole

FILE = "beside_float32.csv"

COLUMNS = (
    "patient", "slices", "dice_float32", "dice_int8", "largest_score_change",
    "flagged_float32", "flagged_int8", "flagged_in_one_only",
)  # fmt: skip
"""Of beside_float32.csv; the Dices are of the patient, empty where not defined."""

Pair = tuple[MeasuredPatient, MeasuredPatient]
"""One patient's slices in float32 and in eight bits, in the same order."""


def pairs(first: Sequence[MeasuredPatient], second: Sequence[MeasuredPatient]) -> list[Pair]:
    """The patients of two measurements side by side. Raises ValueError unless they are the same."""
    names = [[(p.patient, [s.file for s in p.slices]) for p in some] for some in (first, second)]
    if names[0] != names[1]:
        raise ValueError("pairs: expected the same slices measured twice, received different ones")
    return list(zip(first, second, strict=True))


def moved(some: Sequence[Pair], threshold: float, split: str, source: str) -> Moved:
    """What the second of each pair moves. threshold: of the confidence, for flags.

    Raises ValueError where no patient has a Dice in both.
    """
    changes = _dice_changes([second for _, second in some], [first for first, _ in some])
    if not len(changes):
        raise ValueError("moved: expected a patient with a Dice, received none")
    low, high = _interval(some)
    one, two = ([pair[i] for pair in some] for i in (0, 1))
    flags = [(_flags(first, threshold), _flags(second, threshold)) for first, second in some]
    return Moved(
        dice=float(changes.mean()),
        low=low,
        high=high,
        worst=float(changes.min()),
        f1=_difference(pooled(two).dice, pooled(one).dice),
        score=max(float(_score_changes(pair).max(initial=0)) for pair in some),
        flagged_at=threshold,
        flagged_float32=int(sum(first.sum() for first, _ in flags)),
        flagged_int8=int(sum(second.sum() for _, second in flags)),
        flagged_differ=int(sum((first != second).sum() for first, second in flags)),
        error_float32=_error(one),
        error_int8=_error(two),
        split=split,
        patients=len(some),
        slices=sum(len(first.slices) for first, _ in some),
        source=source,
    )


def write_beside(folder: Path, some: Sequence[Pair], threshold: float) -> None:
    """A row a patient into beside_float32.csv of an evaluation's folder."""
    write_whole(folder / FILE, csv_text(COLUMNS, [_row(pair, threshold) for pair in some]))


def _row(pair: Pair, threshold: float) -> list[object]:
    first, second = pair
    flags = _flags(first, threshold), _flags(second, threshold)
    dices = [first.dice, second.dice]
    counts = [int(flags[0].sum()), int(flags[1].sum()), int((flags[0] != flags[1]).sum())]
    change = float(_score_changes(pair).max(initial=0))
    return [first.patient, len(first.slices), *dices, change, *counts]


def _interval(some: Sequence[Pair]) -> tuple[float | None, float | None]:
    """95 % interval over patients of the mean change of Dice."""
    second = {id(first): other for first, other in some}

    def statistic(chosen: Sequence[MeasuredPatient]) -> float | None:
        changes = _dice_changes([second[id(patient)] for patient in chosen], chosen)
        return float(changes.mean()) if len(changes) else None

    return interval(statistic, [first for first, _ in some])


def _dice_changes(
    second: Sequence[MeasuredPatient], first: Sequence[MeasuredPatient]
) -> np.ndarray:
    """Dice of each patient in `second` less that in `first`, where both are defined."""
    both = [(a.dice, b.dice) for a, b in zip(second, first, strict=True)]
    return np.array([a - b for a, b in both if a is not None and b is not None], float)


def _score_changes(pair: Pair) -> np.ndarray:
    first, second = pair
    return np.abs(second.scores - first.scores)


def _flags(patient: MeasuredPatient, threshold: float) -> np.ndarray:
    """bool (n,): confidence at or above the threshold; none where a slice has no confidence."""
    return patient.confidences.astype(np.float32) >= np.float32(threshold)


def _error(patients: Sequence[MeasuredPatient]) -> float | None:
    """Expected calibration error over patients that a calibration covers; None without any."""
    found = reliability([patient for patient in patients if calibrated([patient])])
    return None if found is None else found.error


def _difference(second: float | None, first: float | None) -> float | None:
    return None if second is None or first is None else second - first
