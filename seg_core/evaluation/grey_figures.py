"""Shares of images that get a mask, by class and threshold, with intervals. It opens no image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seg_core.evaluation.grey_files import expects_tumour
from seg_core.evaluation.grey_set import ENOUGH_PX, MeasuredImage
from seg_core.evaluation.grey_twins import different_pictures, effective_number
from seg_core.evaluation.thresholds import THRESHOLDS
from seg_core.intervals import wilson

REPORTED = (0.5, 0.9, 0.98)
"""Of the table. 0.5 is the paper's; clinical use needs the upper nineties."""

LEAST_PX = (1, ENOUGH_PX)
"""Smallest masks that count: any pixel at all, and more than a speck."""


@dataclass(frozen=True)
class Share:
    """`count` of `images`, and the 95 % interval of that share; all None where there is none.

    pictures: how many different ones these images show; the interval is worth no more.
    """

    count: int
    images: int
    pictures: int
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


@dataclass(frozen=True)
class Copies:
    """Pictures of a class that occur more than once.

    at_odds: of them those with a mask in one copy and none in another, at the network's own
    threshold: the answer hangs on contrast, size or side, not on what is shown.
    """

    class_name: str
    images: int
    pictures: int
    repeated: int
    at_odds: int


def copies_of(images: Sequence[MeasuredImage], classes: Sequence[str]) -> list[Copies]:
    """Class by class."""
    found = []
    for name in classes:
        answers: dict[int, list[bool]] = {}
        for one in images:
            if one.class_name == name:
                answers.setdefault(one.picture, []).append(one.mask_px > 0)
        repeated = [some for some in answers.values() if len(some) > 1]
        found.append(
            Copies(
                class_name=name,
                images=sum(map(len, answers.values())),
                pictures=len(answers),
                repeated=len(repeated),
                at_odds=sum(len(set(some)) > 1 for some in repeated),
            )
        )
    return found


def share_of(count: int, pictures: Sequence[int]) -> Share:
    """`count` of the images whose pictures have these numbers, with Wilson's interval.

    Copies of a picture say nothing new: the interval is that of `effective_number` images.
    """
    images = len(pictures)
    if images == 0:
        return Share(0, 0, 0, None, None, None)
    low, high = wilson(count / images, effective_number(pictures))
    return Share(count, images, different_pictures(pictures), count / images, low, high)


def shares(
    images: Sequence[MeasuredImage],
    classes: Sequence[str],
    least_px: int,
    thresholds: Sequence[float] = THRESHOLDS,
) -> list[ClassShare]:
    """Class by class, each over rising thresholds."""
    found = []
    for name in classes:
        some = [one for one in images if one.class_name == name]
        pictures = [one.picture for one in some]
        below = np.searchsorted(
            np.sort(_deciding(some, least_px)), np.asarray(thresholds, np.float32), "left"
        )
        found += [
            ClassShare(name, least_px, threshold, share_of(len(some) - int(under), pictures))
            for threshold, under in zip(thresholds, below, strict=True)
        ]
    return found


def mean_of_tumour_classes(found: Sequence[ClassShare]) -> Share:
    """Mean of the shares of the classes with tumour, at one threshold, each class counting alike.

    Its interval is put together from theirs (MOVER, Zou and Donner 2008). count, images,
    pictures: of these classes together.
    """
    kept = [one.share for one in found if expects_tumour(one.class_name) and one.share.images]
    if not kept:
        return share_of(0, ())
    values, lows, highs = (
        np.array([getattr(one, name) for one in kept]) for name in ("value", "low", "high")
    )
    mean = float(values.mean())
    return Share(
        count=sum(one.count for one in kept),
        images=sum(one.images for one in kept),
        pictures=sum(one.pictures for one in kept),
        value=mean,
        low=mean - float(np.sqrt(((values - lows) ** 2).sum())) / len(kept),
        high=mean + float(np.sqrt(((highs - values) ** 2).sum())) / len(kept),
    )


def thresholds_of_table(own: float) -> tuple[float, ...]:
    """REPORTED, and the model's own between them where it is another."""
    return tuple(sorted({*REPORTED, own}))


def _deciding(images: Sequence[MeasuredImage], least_px: int) -> np.ndarray:
    """float32 (n,): the probability that a threshold must not exceed for the mask to count."""
    if least_px not in LEAST_PX:
        raise ValueError(f"least_px: expected one of {LEAST_PX}, received {least_px}")
    values = [one.strongest if least_px == 1 else one.fiftieth for one in images]
    return np.array(values, np.float32)
