"""Shares of images that get a mask, by class and threshold, with intervals. It opens no image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seg_core.evaluation.grey_files import expects_tumour
from seg_core.evaluation.grey_set import ENOUGH_PX, MeasuredImage

THRESHOLDS = tuple(
    [round(0.01 * i, 4) for i in range(1, 91)]
    + [round(0.9 + 0.0025 * i, 4) for i in range(1, 37)]
    + [round(0.99 + 0.0005 * i, 4) for i in range(1, 19)]
)
"""Pixel thresholds from 0.01 to 0.999, the ticks of the viewer's slider."""

REPORTED = (0.5, 0.9, 0.98)
"""Of the table. 0.5 is the paper's; clinical use needs the upper nineties."""

LEAST_PX = (1, ENOUGH_PX)
"""Smallest masks that count: any pixel at all, and more than a speck."""

RESAMPLES = 10_000
"""Bootstrap draws for the mean over classes."""


@dataclass(frozen=True)
class Share:
    """`count` of `images`, and the 95 % interval of that share; all None where there is none."""

    count: int
    images: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class ClassShare:
    """Images of one class whose mask has at least `least_px` pixels at a threshold."""

    class_name: str
    least_px: int
    threshold: float
    share: Share


def share_of(count: int, images: int) -> Share:
    """With Wilson's interval, which also says how little none of ten means."""
    if images == 0:
        return Share(0, 0, None, None, None)
    from scipy.stats import binomtest

    interval = binomtest(count, images).proportion_ci(method="wilson")
    return Share(count, images, count / images, float(interval.low), float(interval.high))


def shares(
    images: Sequence[MeasuredImage],
    classes: Sequence[str],
    least_px: int,
    thresholds: Sequence[float] = THRESHOLDS,
) -> list[ClassShare]:
    """Class by class, each over rising thresholds."""
    found = []
    for name in classes:
        values = np.sort(_deciding([one for one in images if one.class_name == name], least_px))
        below = np.searchsorted(values, np.asarray(thresholds, np.float32), "left")
        found += [
            ClassShare(name, least_px, threshold, share_of(len(values) - int(under), len(values)))
            for threshold, under in zip(thresholds, below, strict=True)
        ]
    return found


def mean_of_tumour_classes(found: Sequence[ClassShare], seed: int = 0) -> Share:
    """Mean of the shares of the classes with tumour, at one threshold, each class counting alike.

    Its interval is a bootstrap over the images within each class: a draw of n images of which a
    share p has a mask is a binomial draw. count, images: of these classes together.
    """
    kept = [one.share for one in found if expects_tumour(one.class_name) and one.share.images]
    if not kept:
        return share_of(0, 0)
    rng = np.random.default_rng(seed)
    draws = [rng.binomial(one.images, one.count / one.images, RESAMPLES) / one.images
             for one in kept]  # fmt: skip
    low, high = np.percentile(np.mean(draws, axis=0), [2.5, 97.5])
    counts = sum(one.count for one in kept), sum(one.images for one in kept)
    value = float(np.mean([one.count / one.images for one in kept]))
    if low == high:  # all draws alike: 0 to 0 would claim certainty
        return Share(*counts, value, None, None)
    return Share(*counts, value, float(low), float(high))


def thresholds_of_table(own: float) -> tuple[float, ...]:
    """REPORTED, and the model's own between them where it is another."""
    return tuple(sorted({*REPORTED, own}))


def _deciding(images: Sequence[MeasuredImage], least_px: int) -> np.ndarray:
    """float32 (n,): the probability that a threshold must not exceed for the mask to count."""
    if least_px not in LEAST_PX:
        raise ValueError(f"least_px: expected one of {LEAST_PX}, received {least_px}")
    values = [one.strongest if least_px == 1 else one.fiftieth for one in images]
    return np.array(values, np.float32)
