"""Which slices an epoch draws, and in which order. It makes no batch and looks into no slice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

Draws = Literal["slices", "patients"]
"""`slices`: every slice once. `patients`: as many draws, every patient equally likely, and half of
a patient's draws weighted by the root of the slice's tumour area."""


def draw(
    draws: Draws,
    tumour_px: Sequence[np.ndarray],
    rng: np.random.Generator,
    *,
    negatives: int = 0,
    negative_share: float = 0.0,
) -> np.ndarray:
    """int (slices in all,): positions of slices, patients one after another.

    tumour_px: of each patient, int (its slices,). negatives: how many of the patients, the last
    ones, are images without tumour; by `patients` they get `negative_share` of the draws.
    """
    lengths = np.array([len(areas) for areas in tumour_px])
    total = int(lengths.sum())
    if draws == "slices":
        return rng.permutation(total)
    starts = np.cumsum(lengths) - lengths
    weights = [slice_weights(areas) for areas in tumour_px]
    patients = rng.integers(len(lengths) - negatives, size=total)
    if negatives:
        instead = rng.integers(len(lengths) - negatives, len(lengths), size=total)
        patients = np.where(rng.random(total) < negative_share, instead, patients)
    within = [rng.choice(lengths[p], p=weights[p]) for p in patients]
    return np.asarray(starts[patients] + within)


def slice_weights(areas: np.ndarray) -> np.ndarray:
    """Chance of each slice of a patient: half even, half by the root of the tumour's area.

    areas: int (n,), tumour in pixels. float64 (n,), 1 in all, none of them 0.
    """
    even = np.full(len(areas), 1 / len(areas))
    roots = np.sqrt(areas)
    return 0.5 * even + 0.5 * roots / roots.sum() if roots.any() else even
