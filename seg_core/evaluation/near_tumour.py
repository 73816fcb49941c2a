"""Probabilities around tumour, counted and calibrated: background would flatter them.

It changes no probability; `seg_core.network.as_read` builds a fit into a network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RING_PX = 10
"""How far around truth and mask pixels count, in pixels of the slice."""

HIGHEST, BINS = 12.0, 960
"""Logits are counted from -HIGHEST to HIGHEST in so many bins; those beyond, in the outermost."""

SHARES = 10
"""Equal-width bins of the probability, 0 to 1, that the calibration error is taken over."""


@dataclass(frozen=True, eq=False)
class NearTumour:
    """Pixels in the union of truth and mask and a ring about it, by logit: int64 (BINS,) each.

    pixels: all of them. tumour: those inside the truth.
    """

    pixels: np.ndarray
    tumour: np.ndarray

    def __add__(self, other: NearTumour) -> NearTumour:
        return NearTumour(self.pixels + other.pixels, self.tumour + other.tumour)


@dataclass(frozen=True)
class PixelFit:
    """probability = sigmoid(slope * logit + intercept); as it was, unless fitted."""

    slope: float = 1.0
    intercept: float = 0.0


def count_near_tumour(probability: np.ndarray, truth: np.ndarray, threshold: float) -> NearTumour:
    """float32 (n, h, w) of 0 to 1 and bool (n, h, w) -> counts; the mask is from `threshold` on."""
    import cv2

    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * RING_PX + 1,) * 2)
    pixels, tumour = np.zeros(BINS, np.int64), np.zeros(BINS, np.int64)
    for plane, outlined in zip(probability, truth, strict=True):
        either = outlined | (plane >= np.float32(threshold))
        if not either.any():
            continue
        near = cv2.dilate(either.astype(np.uint8), kernel) > 0
        which = _bin_of(plane[near])
        pixels += np.bincount(which, minlength=BINS)
        tumour += np.bincount(which[outlined[near]], minlength=BINS)
    return NearTumour(pixels, tumour)


def fit_pixels(counts: Sequence[NearTumour]) -> PixelFit:
    """Platt's two numbers on the pixels' logit.

    As they are where all pixels are of one kind, or where more probability is not more tumour.
    """
    from sklearn.linear_model import LogisticRegression

    if not counts:
        return PixelFit()
    total = sum(counts[1:], counts[0])
    others = total.pixels - total.tumour
    if not total.tumour.any() or not others.any():
        return PixelFit()
    logits = np.tile(_logits(), 2)[:, None]
    kinds = np.repeat([1, 0], BINS)
    weights = np.concatenate([total.tumour, others]).astype(float)
    model = LogisticRegression(C=1e6).fit(logits, kinds, sample_weight=weights / weights.mean())
    slope, intercept = float(model.coef_[0, 0]), float(model.intercept_[0])
    return PixelFit(slope, intercept) if slope > 0 else PixelFit()


def pixel_calibration_error(counts: Sequence[NearTumour]) -> float | None:
    """Expected calibration error of the pixels, over SHARES bins; None without pixels."""
    total = sum(counts[1:], counts[0]) if counts else None
    if total is None or not total.pixels.any():
        return None
    probability = 1 / (1 + np.exp(-_logits()))
    which = np.minimum((probability * SHARES).astype(int), SHARES - 1)
    gaps = np.bincount(which, weights=probability * total.pixels - total.tumour, minlength=SHARES)
    return float(np.abs(gaps).sum() / total.pixels.sum())


def _bin_of(probability: np.ndarray) -> np.ndarray:
    """float32 (k,) of 0 to 1 -> the bin of each logit, int (k,)."""
    p = np.clip(probability.astype(np.float64), 1e-9, 1 - 1e-9)
    place = (np.log(p / (1 - p)) + HIGHEST) / (2 * HIGHEST) * BINS
    return np.asarray(np.clip(place, 0, BINS - 1), int)


def _logits() -> np.ndarray:
    """float64 (BINS,): the middle of each bin."""
    return (np.arange(BINS) + 0.5) / BINS * 2 * HIGHEST - HIGHEST
