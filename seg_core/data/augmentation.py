"""Random changes that move a slice and its mask together. It reads no file and keeps no state.

Geometry is one affine map for all channels and the mask; intensities change only in the slice.
"""

from __future__ import annotations

import math

import numpy as np
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

BACKGROUND = 0.1
"""Intensity (0 to 1) below which a pixel is brightened the less, the darker it is."""


class AugmentationSettings(BaseModel):
    """How far a slice may be changed; zero turns a change off.

    flip: chance of a left-right flip. rotation: up to so many degrees either way.
    scale: up to this share larger or smaller. shift: up to this share of the side, either way.
    contrast, brightness: up to this share, a channel at a time.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    flip: float = Field(0.5, ge=0, le=1)
    rotation: float = Field(15.0, ge=0, le=180)
    scale: float = Field(0.1, ge=0, lt=1)
    shift: float = Field(0.05, ge=0, lt=1)
    contrast: float = Field(0.1, ge=0, lt=1)
    brightness: float = Field(0.05, ge=0, lt=1)


def augment(
    image: np.ndarray, mask: np.ndarray, settings: AugmentationSettings, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """A changed copy: float32 (h, w, c) and bool (h, w), the same shapes, moved as one.

    What comes in from outside the slice is 0 and no tumour. The mask is sampled by its
    nearest pixel and so stays a mask.
    """
    affine = _affine(image.shape[0], image.shape[1], settings, rng)
    gains = 1 + settings.contrast * rng.uniform(-1, 1, image.shape[2:])
    offsets = settings.brightness * rng.uniform(-1, 1, image.shape[2:])
    changed = np.empty(image.shape, np.float32)
    for c, (gain, offset) in enumerate(zip(gains, offsets, strict=True)):
        plane = _warp(image[..., c], affine, Image.Resampling.BILINEAR)
        # Background stays dark, its noise too: lit, it would draw the outline of the moved slice.
        lit = np.minimum(plane / np.float32(BACKGROUND), np.float32(1))
        changed[..., c] = plane * np.float32(gain) + lit * np.float32(offset)
    if not mask.any():
        return changed, np.zeros_like(mask)
    return changed, _warp(mask.view(np.uint8), affine, Image.Resampling.NEAREST).view(bool)


def _affine(
    height: int, width: int, settings: AugmentationSettings, rng: np.random.Generator
) -> tuple[float, ...]:
    """Six coefficients (Pillow's: output x, y to input x, y) around the centre of the slice."""
    angle = math.radians(settings.rotation) * rng.uniform(-1, 1)
    zoom = 1 / (1 + settings.scale * rng.uniform(-1, 1))
    dx, dy = settings.shift * rng.uniform(-1, 1, 2) * (width, height)
    mirror = -1.0 if rng.random() < settings.flip else 1.0
    a, b = mirror * zoom * math.cos(angle), -zoom * math.sin(angle)
    d, e = mirror * zoom * math.sin(angle), zoom * math.cos(angle)
    cx, cy = width / 2, height / 2
    return (a, b, cx - a * (cx + dx) - b * (cy + dy), d, e, cy - d * (cx + dx) - e * (cy + dy))


def _warp(plane: np.ndarray, affine: tuple[float, ...], sampling: Image.Resampling) -> np.ndarray:
    """float32 or uint8 (h, w) -> the same, each output pixel fetched through `affine`."""
    image = Image.fromarray(np.ascontiguousarray(plane))
    return np.asarray(image.transform(image.size, Image.Transform.AFFINE, affine, sampling))
