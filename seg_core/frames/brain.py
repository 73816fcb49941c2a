"""The square around the brain, each channel normalised over the study's brain.

It is fitted on a whole study: a slice alone says neither where the brain ends nor how bright it
is. What counts as brain is a rule of thumb (skull and scalp count too), not a segmentation.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from seg_core.frames.frame import Levels
from seg_core.study import FLAIR

FOREGROUND = 0.15
"""Share of the study's bright level, above its background, over which a voxel counts as brain."""

BRIGHT = 0.995
"""Quantile of the voxels that is the bright level. The brightest voxel itself may be one vessel:
measured by it, a twentieth of one patient's FLAIR counted as brain."""

CORNER = 32
"""A slice's corners, where no brain is, are squares of its side over this."""

TAIL = 0.0005
"""Share of the brain's voxels that may lie outside the square on each side: specks, not brain."""

MARGIN = 0.02
"""Share of the square's side that is left around it."""

LOW, HIGH = 0.01, 0.99
"""Quantiles over the brain to which a channel is clipped."""

THREADS = min(os.cpu_count() or 1, 8)
"""In which a study is counted: a network waits for it, and more would only wait for memory."""


@dataclass(frozen=True, eq=False)
class FittedBrain:
    """Where the square lies, and each channel's levels.

    top, left: of the square in pixels of the slice; it may reach beyond the slice. side: its
    side. low, high, mean, deviation: float32 (c,), in the slice's own intensities.
    """

    size: int
    height: int
    width: int
    top: int
    left: int
    side: int
    low: np.ndarray
    high: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray
    channels: int

    @property
    def levels(self) -> Levels:
        darkest = self._normalised(np.zeros(self.channels, np.float32))
        span = self._normalised(self.high) - darkest
        return Levels(darkest, np.where(span > 0, span, np.float32(1)))  # an empty channel spans 0

    def to_network(self, slices: np.ndarray) -> np.ndarray:
        planes = _channels(slices, self.channels)
        out = np.empty((len(planes), self.size, self.size, self.channels), np.float32)
        inside, outside = self._overlap()
        # What every intensity becomes is worked out once: slices are then looked up.
        levels = np.arange(np.iinfo(planes.dtype).max + 1, dtype=np.float32)
        table = self._normalised(levels[:, None])
        square = np.empty((self.side, self.side, self.channels), np.float32)
        square[:] = self.levels.darkest
        for i, image in enumerate(planes):
            square[inside] = _looked_up(image[outside], table)
            out[i] = _resized(square, self.size)
        return out

    def mask_to_network(self, masks: np.ndarray) -> np.ndarray:
        out = np.zeros((len(masks), self.size, self.size), bool)
        inside, outside = self._overlap()
        for i, mask in enumerate(masks):
            if mask.any():
                square = np.zeros((self.side, self.side), np.float32)
                square[inside] = mask[outside]
                out[i] = _resized(square, self.size)[..., 0] >= 0.5
        return out

    def back(self, probability: np.ndarray) -> np.ndarray:
        out = np.zeros((len(probability), self.height, self.width), np.float32)
        inside, outside = self._overlap()
        for i, plane in enumerate(probability):
            square = _resized(np.ascontiguousarray(plane, np.float32), self.side)[..., 0]
            out[i][outside] = square[inside]
        return np.clip(out, 0.0, 1.0)

    def _normalised(self, image: np.ndarray) -> np.ndarray:
        """float32 (..., c), as given -> clipped, mean 0 and deviation 1 over the brain."""
        return np.asarray((np.clip(image, self.low, self.high) - self.mean) / self.deviation)

    def _overlap(self) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
        """The part they share: in the square, and in the slice."""
        inside, outside = [], []
        for start, length in ((self.top, self.height), (self.left, self.width)):
            first, last = max(start, 0), min(start + self.side, length)
            inside.append(slice(first - start, last - start))
            outside.append(slice(first, last))
        return (inside[0], inside[1]), (outside[0], outside[1])


@dataclass(frozen=True)
class BrainFrame:
    """The square around the brain at size x size, for a network of 1 or 3 channels.

    Of three channels a network of one reads FLAIR; one channel is given three times to a network
    of three.
    """

    size: int = 192
    channels: int = 3

    def __post_init__(self) -> None:
        if self.channels not in (1, 3):
            raise ValueError(f"channels: expected 1 or 3 in frame brain, received {self.channels}")

    @property
    def name(self) -> str:
        return "brain"

    def fit(self, slices: np.ndarray) -> FittedBrain:
        """Fit on one study, uint8 or uint16 (n, h, w, c). A study of nothing but 0 fits too."""
        planes = _channels(slices, self.channels)
        brain = _brain(planes)
        height, width = slices.shape[1:3]
        top, left, side = _square(brain, height, width)
        low, high, mean, deviation = _levels(planes, brain)
        return FittedBrain(
            self.size, height, width, top, left, side, low, high, mean, deviation, self.channels
        )


def _channels(slices: np.ndarray, channels: int) -> np.ndarray:
    """(n, h, w, 1 or 3) -> (n, h, w, channels)."""
    if slices.shape[-1] == channels:
        return slices
    if channels == 1:
        return slices[..., FLAIR : FLAIR + 1]
    return np.repeat(slices[..., :1], channels, axis=-1)


def _brain(planes: np.ndarray) -> np.ndarray:
    """bool (n, h, w): voxels well above the background, their channels added up.

    Some channels of the LGG set lie on grey: each channel counts from its own background.
    """
    background = _background(planes)
    above = np.empty(planes.shape[:3], np.uint16 if planes.dtype == np.uint8 else np.float32)

    def count(some: slice) -> np.ndarray:
        counts = np.zeros(_most(planes))
        for plane, kept in zip(planes[some], above[some], strict=True):
            kept[:] = _above(plane, background)
            counts += _histogram(kept, 0, None, len(counts))
        return counts

    counts = _counted(count, len(planes))
    share = np.cumsum(counts) / max(counts.sum(), 1)
    return np.asarray(above > FOREGROUND * int(np.searchsorted(share, BRIGHT)))


def _counted(count: Callable[[slice], np.ndarray], slices: int) -> np.ndarray:
    """The sum of `count` over parts of the slices, in threads: OpenCV lets them run at once."""
    size = -(-slices // THREADS)
    parts = [slice(start, start + size) for start in range(0, slices, size)]
    with ThreadPoolExecutor(THREADS) as threads:
        return np.asarray(sum(threads.map(count, parts)))


def _most(planes: np.ndarray) -> int:
    """One more than the channels of a voxel can add up to."""
    return planes.shape[-1] * int(np.iinfo(planes.dtype).max) + 1


def _background(planes: np.ndarray) -> np.ndarray:
    """int64 (c,): each channel's median over the corners of all slices."""
    height, width, channels = planes.shape[1:]
    rows, columns = max(1, height // CORNER), max(1, width // CORNER)
    corners = [
        planes[:, top, left].reshape(-1, channels)
        for top in (slice(0, rows), slice(-rows, None))
        for left in (slice(0, columns), slice(-columns, None))
    ]
    return np.median(np.concatenate(corners), axis=0).astype(np.int64)


def _above(plane: np.ndarray, background: np.ndarray) -> np.ndarray:
    """uint8 or uint16 (h, w, c) -> (h, w): what its channels have above the background.

    Of several channels uint16 where they are uint8, else float32, which holds the sum exactly.
    """
    import cv2

    wider = cv2.CV_16U if plane.dtype == np.uint8 else cv2.CV_32F
    total, *others = (
        cv2.subtract(channel, dark)  # stops at 0
        for channel, dark in zip(cv2.split(plane), background.tolist(), strict=True)
    )
    for other in others:
        total = cv2.add(total, other, dtype=wider)
    return np.asarray(total)


def _square(brain: np.ndarray, height: int, width: int) -> tuple[int, int, int]:
    """(top, left, side) of the smallest square around the brain of all slices, with its margin."""
    if not brain.any():
        side = max(height, width)
        return (height - side) // 2, (width - side) // 2, side
    edges = [_extent(brain.sum(axis=axes)) for axes in ((0, 2), (0, 1))]
    side = max(last - first + 1 for first, last in edges)
    side += 2 * round(MARGIN * side)
    top, left = ((first + last + 1 - side) // 2 for first, last in edges)
    return top, left, side


def _extent(counts: np.ndarray) -> tuple[int, int]:
    """First and last line of all but `TAIL` of the voxels at each end."""
    share = np.cumsum(counts) / counts.sum()
    first, last = np.searchsorted(share, (TAIL, 1 - TAIL))
    return int(first), int(last)


def _levels(planes: np.ndarray, brain: np.ndarray) -> tuple[np.ndarray, ...]:
    """(low, high, mean, deviation) over the brain, float32 (c,), after clipping for the last two.

    From histograms: exact for whole numbers, and of a size that the study does not change.
    """
    found = np.empty((4, planes.shape[-1]), np.float32)
    levels = np.arange(np.iinfo(planes.dtype).max + 1, dtype=np.float64)

    def count(some: slice) -> np.ndarray:
        counts = np.zeros((planes.shape[-1], len(levels)))
        for plane, inside in zip(planes[some], brain[some].view(np.uint8), strict=True):
            for c, of_channel in enumerate(counts):
                of_channel += _histogram(plane, c, inside, len(levels))
        return counts

    for c, counts in enumerate(_counted(count, len(planes))):
        if not counts.any():
            found[:, c] = 0, levels[-1], 0, 1
            continue
        share = np.cumsum(counts) / counts.sum()
        low, high = levels[np.searchsorted(share, (LOW, HIGH))]
        clipped = np.clip(levels, low, high)
        mean = np.average(clipped, weights=counts)
        deviation = np.sqrt(np.average((clipped - mean) ** 2, weights=counts))
        found[:, c] = low, high, mean, deviation or 1
    return tuple(found)


def _histogram(
    plane: np.ndarray, channel: int, inside: np.ndarray | None, levels: int
) -> np.ndarray:
    """float32 (levels,): how often each whole number of (h, w[, c]) comes inside, or anywhere."""
    import cv2

    return np.asarray(cv2.calcHist([plane], [channel], inside, [levels], [0, levels])).ravel()


def _looked_up(image: np.ndarray, table: np.ndarray) -> np.ndarray:
    """uint8 or uint16 (h, w, c) by float32 (levels, c) -> float32 (h, w, c)."""
    import cv2

    if image.dtype == np.uint8:
        return np.asarray(cv2.LUT(image, table[None])).reshape(image.shape)
    return np.stack([table[:, c].take(image[..., c]) for c in range(image.shape[-1])], axis=-1)


def _resized(square: np.ndarray, size: int) -> np.ndarray:
    """float32 (s, s[, c]) -> float32 (size, size, c): by area down, bilinear up."""
    import cv2

    if square.shape[0] != size:
        way = cv2.INTER_AREA if size < square.shape[0] else cv2.INTER_LINEAR
        square = cv2.resize(square, (size, size), interpolation=way)
    return square.reshape(size, size, -1)
