"""What an input looks like, in a few plain numbers that a person can follow. It judges none.

All of it comes from slices shrunk to SIDE pixels, and from SLICES of them at most: enough to tell
a brain from a photograph, and quick.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SIDE = 64
"""Pixels of a shrunk slice's longer side."""

SLICES = 24
"""Slices of a study that are looked at, evenly spread."""

PICTURE = 16
"""Pixels of a picture's side: the square around what is bright."""

DARKEST, BRIGHTEST = 0.05, 0.999
"""Quantiles of a channel over the input that count as black and as its brightest: three of 88
training patients have a grey background in one channel, and one hot pixel says nothing."""

BRIGHT = 0.1
"""Share of the brightest, mean of the channels, above which a pixel is bright: head, not air."""

TAIL = 0.001
"""Share of bright pixels that the box around them may leave out at each edge."""

LARGE = 0.5
"""Of the largest slice's bright area: slices with less are ends, and not looked at one by one."""

EDGE = 2
"""Pixels of a shrunk slice that count as its edge."""


@dataclass(frozen=True, eq=False)
class Appearance:
    """statistics: by name, each without unit. pictures: float32 (m, PICTURE, PICTURE, c), each
    channel of each with mean 0 and deviation 1 (0 throughout where it is flat); m >= 1."""

    statistics: dict[str, float]
    pictures: np.ndarray


def appearance(slices: np.ndarray) -> Appearance:
    """What uint8 or uint16 (n, h, w, c) looks like; n >= 1. Statistics depend on c and on n > 1."""
    scaled = _full_scale(shrunk(slices))
    grey = scaled.mean(axis=-1)
    bright = grey > BRIGHT
    share = bright.mean(axis=(1, 2))
    large = share >= LARGE * share.max()
    top, bottom, left, right = _box(bright)
    squares = _squares(scaled[large], top, bottom, left, right)
    statistics = {
        "coverage": float(share.max()),
        "edge": _edge_share(bright),
        "aspect": (bottom - top) / (right - left),
        "fill": _fill(bright[large]),
        "smoothness": _smoothness(grey[large]),
        "sides": _sides(squares.mean(axis=-1)),
        **_levels(scaled[large], bright[large]),
    }
    if len(grey) > 1:
        statistics["neighbours"] = float(np.median(_agreement(grey[1:], grey[:-1])))
    return Appearance(statistics, _standardised(squares))


def shrunk(slices: np.ndarray) -> np.ndarray:
    """float32 (m, h, w, c), m <= SLICES and h, w <= SIDE: averaged over areas."""
    import cv2

    count, height, width, channels = slices.shape
    chosen = np.unique(np.linspace(0, count - 1, min(count, SLICES)).round().astype(int))
    scale = SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = [cv2.resize(slices[i], size, interpolation=cv2.INTER_AREA) for i in chosen]
    return np.stack(small).reshape(len(chosen), size[1], size[0], channels).astype(np.float32)


def _full_scale(small: np.ndarray) -> np.ndarray:
    """Each channel from 0, its darkest, to 1, its brightest."""
    low, high = np.quantile(small.reshape(-1, small.shape[-1]), (DARKEST, BRIGHTEST), axis=0)
    return np.asarray(np.clip((small - low) / np.maximum(high - low, 1), 0, 1), np.float32)


def _box(bright: np.ndarray) -> tuple[int, int, int, int]:
    """(top, bottom, left, right), the second of each excluded; everything where nothing is."""
    rows, columns = bright.sum(axis=(0, 2)), bright.sum(axis=(0, 1))
    return *_extent(rows), *_extent(columns)


def _extent(counts: np.ndarray) -> tuple[int, int]:
    if not counts.any():
        return 0, len(counts)
    share = np.cumsum(counts) / counts.sum()
    first, last = np.searchsorted(share, (TAIL, 1 - TAIL))
    return int(first), int(last) + 1


def _squares(scaled: np.ndarray, top: int, bottom: int, left: int, right: int) -> np.ndarray:
    """float32 (m, PICTURE, PICTURE, c): the square around the box, black beyond the slice."""
    import cv2

    side = max(bottom - top, right - left)
    top, left = (top + bottom - side) // 2, (left + right - side) // 2
    pad = max(-top, -left, top + side - scaled.shape[1], left + side - scaled.shape[2], 0)
    wide = np.pad(scaled, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    cut = wide[:, top + pad : top + pad + side, left + pad : left + pad + side]
    way = cv2.INTER_AREA if side > PICTURE else cv2.INTER_LINEAR
    small = [cv2.resize(one, (PICTURE, PICTURE), interpolation=way) for one in cut]
    return np.stack(small).reshape(len(cut), PICTURE, PICTURE, scaled.shape[-1])


def _edge_share(bright: np.ndarray) -> float:
    inside = bright[:, EDGE:-EDGE, EDGE:-EDGE].sum()
    at_edge = bright[0].size - bright[0, EDGE:-EDGE, EDGE:-EDGE].size
    return float((bright.sum() - inside) / (at_edge * len(bright)))


def _fill(bright: np.ndarray) -> float:
    """Bright share of the box around what is bright, the median over slices."""
    shares = []
    for one in bright:
        top, bottom, left, right = _box(one[None])
        shares.append(one.sum() / ((bottom - top) * (right - left)))
    return float(np.median(shares))


def _smoothness(grey: np.ndarray) -> float:
    """How far neighbouring pixels agree, the worse of the two directions."""
    across = _agreement(grey[:, :, 1:], grey[:, :, :-1])
    along = _agreement(grey[:, 1:], grey[:, :-1])
    return float(np.median(np.minimum(across, along)))


def _sides(grey: np.ndarray) -> float:
    """How far the left half agrees with the right one, mirrored."""
    return float(np.median(_agreement(grey, grey[:, :, ::-1])))


def _levels(scaled: np.ndarray, bright: np.ndarray) -> dict[str, float]:
    """Quantiles of each channel's brightness where it is bright."""
    found: dict[str, float] = {}
    for c in range(scaled.shape[-1]):
        values = scaled[..., c][bright]
        dark, middle, light = np.quantile(values, (0.1, 0.5, 0.9)) if values.size else (0, 0, 0)
        found |= {f"dark {c}": dark, f"middle {c}": middle, f"light {c}": light}
    return {name: float(value) for name, value in found.items()}


def _agreement(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(m,): Pearson's correlation of each plane of (m, h, w) with the other's; 0 for a flat one."""
    if one.size == 0:  # a single row has no neighbour below
        return np.zeros(len(one))
    one = one - one.mean(axis=(1, 2), keepdims=True)
    other = other - other.mean(axis=(1, 2), keepdims=True)
    scale = np.sqrt((one**2).sum(axis=(1, 2)) * (other**2).sum(axis=(1, 2)))
    return np.asarray((one * other).sum(axis=(1, 2)) / np.where(scale > 0, scale, 1))


def _standardised(squares: np.ndarray) -> np.ndarray:
    centred = squares - squares.mean(axis=(1, 2), keepdims=True)
    deviation = centred.std(axis=(1, 2), keepdims=True)
    return np.asarray(centred / np.where(deviation > 0, deviation, 1), np.float32)
