"""A second look at some slices: their mirror images, and a second network's opinion.

It carries out no network itself.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from seg_core.models.card import Mirroring

Predict = Callable[[np.ndarray], np.ndarray]
"""float32 (b, size, size, channels) -> probability float32 (b, size, size)."""

SUREST = 1e-6
"""Probabilities are kept this far from 0 and 1: a logit there has no end."""


def with_mirrored(
    predict: Predict, batch: np.ndarray, which: Mirroring | None, second: Predict | None = None
) -> np.ndarray:
    """`predict` of the batch, averaged with what it sees in the mirror images of some slices.

    Of those, the mean of both logits; None looks at no mirror image. second: another network that
    is asked about the same slices and their mirror images; its mean logit counts as much.
    """
    seen = predict(batch)
    if which is None:
        return seen
    again = worth_another_look(seen, which)
    if len(again):
        some, mirrored = batch[again], np.ascontiguousarray(batch[again, :, ::-1])
        both_ways = _between(seen[again], predict(mirrored)[:, :, ::-1])
        if second is not None:
            asked = second(np.concatenate([some, mirrored]))
            opinion = _between(asked[: len(again)], asked[len(again) :, :, ::-1])
            both_ways = _between(both_ways, opinion)
        seen[again] = both_ways
    return seen


def worth_another_look(seen: np.ndarray, which: Mirroring) -> np.ndarray:
    """Which of the slices, by their places; seen: probability float32 (b, h, w).

    Most slices of a brain hold nothing that comes near a tumour, and a tumour of which every pixel
    is sure is drawn alike again: for them a second look would cost as much and change little.
    """
    near = np.flatnonzero(seen.max(axis=(1, 2)) >= which.least)
    if not which.unsure:
        return near
    p = seen[near]
    doubt = np.minimum(p, 1 - p).sum(axis=(1, 2))
    return near[doubt >= which.unsure * p.sum(axis=(1, 2))]


def _between(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The probability of the mean of both logits, without a logarithm for each pixel.

    A slice at a time: what many need in between would be fetched anew from the system each time.
    """
    return np.stack([_between_planes(p, q) for p, q in zip(one, other, strict=True)])


def _between_planes(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    one, other = (np.clip(p, SUREST, 1 - SUREST) for p in (one, other))
    there, absent = np.sqrt(one * other), np.sqrt((1 - one) * (1 - other))
    return np.asarray(there / (there + absent))
