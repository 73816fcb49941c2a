"""A second look at the mirror images of some slices. It carries out no network itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Predict = Callable[[np.ndarray], np.ndarray]
"""float32 (b, size, size, channels) -> probability float32 (b, size, size)."""

SUREST = 1e-6
"""Probabilities are kept this far from 0 and 1: a logit there has no end."""


def with_mirrored(predict: Predict, batch: np.ndarray, least: float | None) -> np.ndarray:
    """`predict` of the batch, averaged with what it sees in the mirror images of some slices.

    Of those whose strongest probability is at least `least`, the mean of both logits; None looks
    at no mirror image. Most slices of a brain hold nothing that comes near a tumour: for them a
    second look would cost as much and change nothing.
    """
    seen = predict(batch)
    if least is None:
        return seen
    again = np.flatnonzero(seen.max(axis=(1, 2)) >= least)
    if len(again):
        mirrored = predict(np.ascontiguousarray(batch[again, :, ::-1]))[:, :, ::-1]
        seen[again] = _between(seen[again], mirrored)
    return seen


def _between(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The probability of the mean of both logits, without a logarithm for each pixel."""
    one, other = (np.clip(p, SUREST, 1 - SUREST) for p in (one, other))
    there, absent = np.sqrt(one * other), np.sqrt((1 - one) * (1 - other))
    return np.asarray(there / (there + absent))
