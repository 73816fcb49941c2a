"""The paper's frame: the whole slice at the network's size, divided by the type's maximum.

It looks at one slice at a time and knows nothing of the rest of the study.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from seg_core.frames.frame import Levels


def resize_plane(plane: np.ndarray, height: int, width: int) -> np.ndarray:
    """Bilinear with antialiasing (Pillow): float32 (h, w) -> float32 (height, width)."""
    if plane.shape == (height, width):
        return plane
    return np.asarray(
        Image.fromarray(plane, "F").resize((width, height), Image.Resampling.BILINEAR)
    )


def to_unit(slices: np.ndarray) -> np.ndarray:
    """uint8 by 255, uint16 by 65535, to float32 in 0 to 1 of the same shape."""
    return slices.astype(np.float32) / np.float32(np.iinfo(slices.dtype).max)


@dataclass(frozen=True)
class FittedResize:
    """The whole slice stretched to a square."""

    size: int
    height: int
    width: int

    @property
    def levels(self) -> Levels:
        return Levels.UNIT

    def to_network(self, slices: np.ndarray) -> np.ndarray:
        unit = to_unit(slices)
        if unit.shape[-1] == 1:  # the paper's way with grey images: one channel three times
            unit = np.repeat(unit, 3, axis=-1)
        out = np.empty((len(unit), self.size, self.size, unit.shape[-1]), np.float32)
        for i, image in enumerate(unit):
            for c in range(image.shape[-1]):
                plane = np.ascontiguousarray(image[..., c])
                out[i, ..., c] = resize_plane(plane, self.size, self.size)
        return out

    def mask_to_network(self, masks: np.ndarray) -> np.ndarray:
        planes = [resize_plane(m.astype(np.float32), self.size, self.size) >= 0.5 for m in masks]
        return np.stack(planes) if planes else np.zeros((0, self.size, self.size), bool)

    def back(self, probability: np.ndarray) -> np.ndarray:
        planes = [
            resize_plane(np.ascontiguousarray(p, np.float32), self.height, self.width)
            for p in probability
        ]
        if not planes:
            return np.zeros((0, self.height, self.width), np.float32)
        return np.clip(np.stack(planes), 0.0, 1.0)


@dataclass(frozen=True)
class ResizeFrame:
    """The paper's frame: the whole slice at size x size, divided by the type's maximum."""

    size: int = 224

    @property
    def name(self) -> str:
        return "resize"

    def fit(self, slices: np.ndarray) -> FittedResize:
        return FittedResize(self.size, int(slices.shape[1]), int(slices.shape[2]))
