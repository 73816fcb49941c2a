"""Probabilities on disk: uint16 = round(p * 65535). It opens no file."""

from __future__ import annotations

import numpy as np

STEPS = 65535


def to_sixteen_bits(probability: np.ndarray) -> np.ndarray:
    """float32, 0 to 1 -> uint16 of the same shape; takes eight bytes a pixel meanwhile."""
    return np.rint(probability.astype(np.float64) * STEPS).astype(np.uint16)


def from_sixteen_bits(whole: np.ndarray) -> np.ndarray:
    """uint16 -> float32 of the same shape, 0 to 1."""
    return whole.astype(np.float32) / np.float32(STEPS)
