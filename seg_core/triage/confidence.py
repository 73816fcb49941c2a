"""How sure a probability map is that a slice holds tumour: the raw score of a slice.

It is not calibrated here; `calibration` turns a score into a confidence.
"""

from __future__ import annotations

import numpy as np

STRONGEST = 50
"""How many pixels the score is the mean of, in a slice of REFERENCE_AREA."""

REFERENCE_AREA = 256 * 256
"""Area in pixels of the LGG set's slices. Larger slices count proportionally more pixels, so
that the same picture scores the same at another size."""

COMPONENT_THRESHOLD = 0.5
"""Pixels at or above it, joined at edges or corners, form a component."""

SAMPLED = 61
"""Of so many pixels one is looked at, in ever other columns, to guess where the strongest begin:
putting all of them in order would be slow."""


def slice_confidence(probability: np.ndarray) -> np.ndarray:
    """Raw score of each slice: float32 (n, h, w) of 0 to 1 -> float32 (n,) of 0 to 1.

    The mean of the strongest pixels of the largest component. Where it has fewer than
    STRONGEST pixels, or where there is none, the strongest pixels below
    COMPONENT_THRESHOLD fill up: a speck of a few sure pixels does not score like a
    tumour, and slices without any component still have an order. Other components do
    not count.
    """
    return np.array([_score(plane) for plane in probability], dtype=np.float32)


def _score(plane: np.ndarray) -> float:
    """Score of one slice, float32 (h, w)."""
    count = min(max(1, round(STRONGEST * plane.size / REFERENCE_AREA)), plane.size)
    largest = _largest_component(plane)
    if len(largest) < count:  # what fills up lies below all of it
        largest = np.concatenate([largest, plane[plane < COMPONENT_THRESHOLD]])
        count = min(count, len(largest))
    return float(_strongest(largest, count).mean(dtype=np.float64))


def _strongest(values: np.ndarray, count: int) -> np.ndarray:
    """The `count` highest of float32 (k,), k >= count."""
    sample = values[::SAMPLED]
    likely = min(4 * count // SAMPLED + 4, len(sample))  # of the sample: several times too many
    high = values[values >= _highest(sample, likely).min()]
    return _highest(high if len(high) >= count else values, count)


def _highest(values: np.ndarray, count: int) -> np.ndarray:
    return np.partition(values, len(values) - count)[len(values) - count :]


def _largest_component(plane: np.ndarray) -> np.ndarray:
    """float32 (k,): the pixels of the component with most of them; none where there is none."""
    from scipy import ndimage

    above = plane >= COMPONENT_THRESHOLD
    rows, columns = np.flatnonzero(above.any(axis=1)), np.flatnonzero(above.any(axis=0))
    if not len(rows):
        return np.empty(0, plane.dtype)
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]  # labels are slow: few pixels
    labels, _ = ndimage.label(above[box], structure=np.ones((3, 3)))
    sizes = np.bincount(labels.ravel())
    return np.asarray(plane[box][labels == 1 + int(np.argmax(sizes[1:]))])
