"""Pixels and slices counted at every pixel threshold at once. It draws no curve, stores no file.

Held are counts, never pixels: the memory is one slice's, whatever the study.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

THRESHOLDS = (
    *(round(0.01 * i, 4) for i in range(1, 91)),
    *(round(0.9 + 0.0025 * i, 4) for i in range(1, 37)),
    *(round(0.99 + 0.0005 * i, 4) for i in range(1, 19)),
)
"""From 0.01 to 0.999, finer towards 1: the ticks of the viewer's slider."""


@dataclass(frozen=True, eq=False)
class ThresholdCounts:
    """Counts of some slices at each of THRESHOLDS; adding two pools their slices.

    true_positive, mask_px: pixels; int64 (thresholds,). Of the mask, probability >= threshold.
    missed: tumour slices of which no pixel was found; false_alarms: slices without tumour
    whose mask is not empty; int64 (thresholds,).
    truth_px: pixels; tumour_slices, slices: slices; none of these depends on the threshold.
    """

    true_positive: np.ndarray
    mask_px: np.ndarray
    missed: np.ndarray
    false_alarms: np.ndarray
    truth_px: int
    tumour_slices: int
    slices: int

    def __add__(self, other: ThresholdCounts) -> ThresholdCounts:
        return ThresholdCounts(
            *(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__)
        )

    @property
    def dice(self) -> np.ndarray:
        """Dice over these pixels, float (thresholds,); NaN where mask and truth are empty."""
        total = self.mask_px + self.truth_px
        return np.divide(
            2 * self.true_positive, total, out=np.full(len(total), np.nan), where=total > 0
        )


def no_counts() -> ThresholdCounts:
    """Of no slice at all."""
    zero = np.zeros(len(THRESHOLDS), np.int64)
    return ThresholdCounts(zero, zero, zero, zero, 0, 0, 0)


def count_by_threshold(probability: np.ndarray, truth: np.ndarray) -> ThresholdCounts:
    """float32 (n, h, w), 0 to 1, against bool (n, h, w).

    Compared in float32, as everywhere in the app. Raises ValueError when the shapes differ.
    """
    if probability.shape != truth.shape:
        raise ValueError(
            f"truth: expected the probability's shape {probability.shape}, received {truth.shape}"
        )
    return sum((_of_slice(p, t) for p, t in zip(probability, truth, strict=True)), no_counts())


def _of_slice(probability: np.ndarray, truth: np.ndarray) -> ThresholdCounts:
    mask_px = _at_or_above(probability)
    true_positive = _at_or_above(probability[truth])
    truth_px = int(np.count_nonzero(truth))
    holds = truth_px > 0
    return ThresholdCounts(
        true_positive=true_positive,
        mask_px=mask_px,
        missed=((true_positive == 0) & holds).astype(np.int64),
        false_alarms=((mask_px > 0) & (not holds)).astype(np.int64),
        truth_px=truth_px,
        tumour_slices=int(holds),
        slices=1,
    )


def _at_or_above(values: np.ndarray) -> np.ndarray:
    """How many values reach each threshold: float32 (...) -> int64 (thresholds,)."""
    edges = np.array(THRESHOLDS, np.float32)
    reached = np.searchsorted(edges, values[values >= edges[0]], "right")
    counts = np.bincount(reached, minlength=len(edges) + 1)[1:]
    return np.asarray(np.cumsum(counts[::-1])[::-1], np.int64)
