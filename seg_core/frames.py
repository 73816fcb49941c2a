"""A slice to a network's input, and a probability back to the slice's own size.

Training and inference call this same code. It applies no threshold and knows no network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from PIL import Image


class FittedFrame(Protocol):
    """A frame settled on one study."""

    @property
    def size(self) -> int: ...

    def to_network(self, slices: np.ndarray) -> np.ndarray:
        """(n, h, w, 1 or 3) as given -> float32 (n, size, size, channels of the network)."""
        ...

    def mask_to_network(self, masks: np.ndarray) -> np.ndarray:
        """bool (n, h, w) -> bool (n, size, size)."""
        ...

    def back(self, probability: np.ndarray) -> np.ndarray:
        """float32 (n, size, size) -> float32 (n, h, w), still 0 to 1."""
        ...


class Frame(Protocol):
    """The recipe of a frame, as a model's card names it."""

    @property
    def name(self) -> str: ...

    def fit(self, slices: np.ndarray) -> FittedFrame:
        """Settle what depends on the whole study: (n, h, w, c), one study."""
        ...


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
    name: str = "resize"

    def fit(self, slices: np.ndarray) -> FittedResize:
        return FittedResize(self.size, int(slices.shape[1]), int(slices.shape[2]))


def make_frame(name: str, size: int) -> Frame:
    """The frame that a card or a recipe names. Raises ValueError for an unknown one."""
    if name == "resize":
        return ResizeFrame(size)
    raise ValueError(f"frame: expected 'resize', received {name!r}")
