"""How far pictures of an input resemble the mean pictures of the training data. It judges none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from seg_core.triage.appearance import PICTURE

HEIGHTS = 4
"""Mean pictures of a data set: as many parts from the lowest slices to the highest."""

STEPS = 100
"""A card holds templates as whole numbers, in 1 / STEPS of a standard deviation."""


def mean_pictures(studies: Sequence[np.ndarray]) -> np.ndarray:
    """float32 (HEIGHTS, PICTURE, PICTURE, c) of studies' pictures, each study counted alike.

    studies: float32 (m, PICTURE, PICTURE, c) each, their slices in order. A study of fewer than
    HEIGHTS slices stands for some of the heights; the middle one is there for any.
    """
    parts: list[list[np.ndarray]] = [[] for _ in range(HEIGHTS)]
    for pictures in studies:
        for height, some in zip(parts, np.array_split(pictures, HEIGHTS), strict=True):
            height += [some.mean(axis=0)] if len(some) else []
    means = np.stack([np.mean(some, axis=0) for some in parts if some])
    centred = means - means.mean(axis=(1, 2), keepdims=True)
    deviation = centred.std(axis=(1, 2), keepdims=True)
    return np.asarray(centred / np.where(deviation > 0, deviation, 1), np.float32)


def as_numbers(templates: np.ndarray) -> tuple[tuple[int, ...], ...]:
    """(t, side, side, c) -> what a card holds: channel after channel, row by row."""
    flat = np.moveaxis(templates, -1, 1).reshape(len(templates), -1)
    return tuple(tuple(int(v) for v in np.rint(STEPS * one)) for one in flat)


def from_numbers(numbers: Sequence[Sequence[int]], channels: int) -> np.ndarray:
    """The way back: float32 (t, PICTURE, PICTURE, channels)."""
    flat = np.asarray(numbers, np.float32) / STEPS
    return np.moveaxis(flat.reshape(len(flat), channels, PICTURE, PICTURE), 1, -1)


def resemblance(pictures: np.ndarray, templates: np.ndarray) -> dict[str, float]:
    """Statistics of (m, side, side, c) against (t, side, side, c), medians over the m pictures.

    resemblance: agreement with the template that fits best, mean of the channels, -1 to 1.
    upright: how much better they fit than upside down. turned: than turned by 90 degrees,
    either way. contrast a b: how far channel a differs from b as in that template, -1 to 1.
    """
    fits = _fits(pictures, templates)
    best = fits.max(axis=1)
    quarters = [_fits(np.rot90(pictures, k, (1, 2)), templates).max(axis=1) for k in (1, 3)]
    found = {
        "resemblance": np.median(best),
        "upright": np.median(best - _fits(pictures[:, ::-1], templates).max(axis=1)),
        "turned": np.median(best - np.maximum(*quarters)),
    }
    closest = templates[fits.argmax(axis=1)]
    for b in range(pictures.shape[-1]):
        for a in range(b):
            found[f"contrast {a} {b}"] = _correlation(
                pictures[..., a] - pictures[..., b], closest[..., a] - closest[..., b]
            )
    return {name: float(value) for name, value in found.items()}


def _fits(pictures: np.ndarray, templates: np.ndarray) -> np.ndarray:
    """(m, t): mean over channels and pixels of the products of what has deviation 1."""
    values = PICTURE * PICTURE * pictures.shape[-1]
    return np.asarray(np.tensordot(pictures, templates, axes=((1, 2, 3), (1, 2, 3))) / values)


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Of all values; 0 where either is flat."""
    scale = float(np.sqrt((one**2).sum() * (other**2).sum()))  # both have mean 0 by making
    return float((one * other).sum() / scale) if scale > 1e-6 else 0.0
