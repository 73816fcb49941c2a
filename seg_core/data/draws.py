"""Which slices an epoch draws, and in which order. It makes no batch and looks into no slice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

Draws = Literal["slices", "patients"]
"""`slices`: every slice once. `patients`: as many draws, every patient equally likely, and half of
a patient's draws weighted by the root of the slice's tumour area."""


@dataclass(frozen=True)
class Beside:
    """How many of the patients, the last ones, are loose images, and their shares of the draws.

    First `negatives`, without tumour, then `positives`, which hold one that nobody outlined.
    """

    negatives: int = 0
    negative_share: float = 0.0
    positives: int = 0
    positive_share: float = 0.0


def draw(
    draws: Draws,
    tumour_px: Sequence[np.ndarray],
    rng: np.random.Generator,
    beside: Beside = Beside(),
) -> np.ndarray:
    """int (slices in all,): positions of slices, patients one after another.

    tumour_px: of each patient, int (its slices,). beside: by `patients` these get their shares.
    """
    lengths = np.array([len(areas) for areas in tumour_px])
    total = int(lengths.sum())
    if draws == "slices":
        return rng.permutation(total)
    starts = np.cumsum(lengths) - lengths
    weights = [slice_weights(areas) for areas in tumour_px]
    whole = len(lengths) - beside.negatives - beside.positives
    patients = rng.integers(whole, size=total)
    left = 1.0 - (beside.positive_share if beside.positives else 0.0)
    for first, number, share in (
        (whole, beside.negatives, beside.negative_share / left),
        (whole + beside.negatives, beside.positives, beside.positive_share),
    ):
        if number:
            instead = rng.integers(first, first + number, size=total)
            patients = np.where(rng.random(total) < share, instead, patients)
    within = [rng.choice(lengths[p], p=weights[p]) for p in patients]
    return np.asarray(starts[patients] + within)


def slice_weights(areas: np.ndarray) -> np.ndarray:
    """Chance of each slice of a patient: half even, half by the root of the tumour's area.

    areas: int (n,), tumour in pixels. float64 (n,), 1 in all, none of them 0.
    """
    even = np.full(len(areas), 1 / len(areas))
    roots = np.sqrt(areas)
    return 0.5 * even + 0.5 * roots / roots.sum() if roots.any() else even
