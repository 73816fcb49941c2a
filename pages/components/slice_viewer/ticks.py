"""The threshold slider's ticks, and probabilities as the number of ticks they reach.

Linear eight bits cannot tell 0.98 from 0.976; the slider's own ticks as code book are
exact at every tick, in one byte a pixel. It draws no slider.
"""

from __future__ import annotations

import numpy as np

from seg_core.evaluation.thresholds import THRESHOLDS

MOST_TICKS = 255
"""A code counts ticks in a uint8: 0 to 255."""


def slider_ticks(own: float | None = None) -> tuple[float, ...]:
    """Pixel thresholds in rising order: 0.01 apart, 0.0025 from 0.9, 0.0005 from 0.99 to 0.999.

    own: the reading's threshold, put between them when it is none of them; 0 and 1, where
    everything or nothing is a mask, are left out.
    """
    ticks = set(THRESHOLDS)
    if own is not None:
        if not 0.0 <= own <= 1.0:
            raise ValueError(f"own: expected a threshold from 0 to 1, received {own!r}")
        ticks |= {float(own)} - {0.0, 1.0}
    return tuple(sorted(ticks))


def tick_codes(probability: np.ndarray, ticks: tuple[float, ...]) -> np.ndarray:
    """float32 (...) in 0 to 1 -> uint8 (...): how many ticks each pixel reaches.

    `code >= k + 1` equals `probability >= np.float32(ticks[k])`, the comparison of
    `Reading.mask`, at every k. Raises ValueError for more than 255 ticks or for NaN.
    """
    if len(ticks) > MOST_TICKS:
        raise ValueError(f"ticks: expected at most {MOST_TICKS}, received {len(ticks)}")
    if np.isnan(probability).any():
        raise ValueError("probability: expected numbers from 0 to 1, received NaN")
    edges = np.asarray(ticks, np.float32)
    return np.searchsorted(edges, probability.astype(np.float32, copy=False), "right").astype(
        np.uint8
    )
