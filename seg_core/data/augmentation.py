"""Random changes that move a slice and its mask together. It reads no file and keeps no state.

Geometry is one map for all channels and the mask; intensities change only in the slice,
counted from the darkest level of each channel, so that they mean the same in every frame.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from seg_core.frames.frame import Levels

BACKGROUND = 0.1
"""Share of a channel's span below which a pixel is brightened the less, the darker it is."""

BIAS_KNOTS = 4
"""Along a side of the slice, at which a bias field is drawn."""

ELASTIC_KNOTS = 6
"""Along a side of the slice, at which an elastic displacement is drawn."""

OUTER = (0, 2)
"""Of three channels, those that FLAIR may stand in for, or that may be missing."""


class AugmentationSettings(BaseModel):
    """How far a slice may be changed; zero turns a change off.

    flip: chance of a left-right flip. rotation: up to so many degrees either way.
    scale: up to this share larger or smaller. shift: up to this share of the side, either way.
    elastic: each knot of a coarse grid moves up to this share of the side, what lies between
        follows smoothly (Simard et al. 2003).
    contrast, brightness: up to this share, a channel at a time.
    gamma: of the intensities to the power of 1/(1 + gamma) to 1 + gamma, a channel at a time.
    bias_field: all channels times a smooth field of e to the power of up to this, either way, as
        a coil near one side of the head brightens it.
    blur, noise: chance of a Gaussian blur of up to one pixel, and of noise of up to a twentieth
        of the span. coarse, compression: chance of a slice at down to a third of its resolution,
        and of one that went through a JPEG of quality 20 to 90: neither may be what is learnt.
    substitute: chance that FLAIR stands in for each of the other two channels, as it does in some
        patients of the LGG set. dropped: chance that either of them is missing, all at its darkest.
    other_channel: chance that a network of FLAIR alone sees another channel of the slice instead.
    pasted: chance that an image without tumour, of those trained on beside the patients, gets a
        tumour of one of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    flip: float = Field(0.5, ge=0, le=1)
    rotation: float = Field(15.0, ge=0, le=180)
    scale: float = Field(0.1, ge=0, lt=1)
    shift: float = Field(0.05, ge=0, lt=1)
    elastic: float = Field(0.0, ge=0, le=0.1)
    contrast: float = Field(0.1, ge=0, lt=1)
    brightness: float = Field(0.05, ge=0, lt=1)
    gamma: float = Field(0.0, ge=0, le=2)
    bias_field: float = Field(0.0, ge=0, le=2)
    blur: float = Field(0.0, ge=0, le=1)
    noise: float = Field(0.0, ge=0, le=1)
    coarse: float = Field(0.0, ge=0, le=1)
    compression: float = Field(0.0, ge=0, le=1)
    substitute: float = Field(0.0, ge=0, le=1)
    dropped: float = Field(0.0, ge=0, le=1)
    other_channel: float = Field(0.0, ge=0, le=1)
    pasted: float = Field(0.0, ge=0, le=1)


def augment(
    image: np.ndarray,
    mask: np.ndarray,
    settings: AugmentationSettings,
    rng: np.random.Generator,
    levels: Levels = Levels.UNIT,
) -> tuple[np.ndarray, np.ndarray]:
    """A changed copy: float32 (h, w, c) and bool (h, w), the same shapes, moved as one.

    levels: each channel's darkest level and its span. What comes in from outside the slice is
    darkest and no tumour. The mask is sampled by its nearest pixel and so stays a mask.
    """
    height, width = mask.shape
    move = _movement(height, width, settings, rng)
    above = image - levels.darkest  # in which 0 is nothing, as the border of the warp is
    moved = move(above, _LINEAR)
    changed = _intensities(moved.reshape(image.shape), settings, rng, levels)
    changed += levels.darkest
    if settings.substitute and image.shape[2] == 3:
        for c in OUTER:
            if rng.random() < settings.substitute:
                changed[..., c] = changed[..., 1]
    if settings.dropped and image.shape[2] == 3 and rng.random() < settings.dropped:
        c = OUTER[rng.integers(len(OUTER))]
        changed[..., c] = np.broadcast_to(levels.darkest, 3)[c]
    if not mask.any():
        return changed, np.zeros_like(mask)
    return changed, move(mask.view(np.uint8), _NEAREST).view(bool)


_NEAREST, _LINEAR, _INVERSE = 0, 1, 16
"""cv2.INTER_NEAREST, INTER_LINEAR, and WARP_INVERSE_MAP: from an output's pixel to the input's."""


def _movement(
    height: int, width: int, settings: AugmentationSettings, rng: np.random.Generator
) -> Callable[[np.ndarray, int], np.ndarray]:
    """(h, w[, c]) and OpenCV's interpolation -> the same shape, moved."""
    import cv2

    affine = _affine(height, width, settings, rng)
    if not settings.elastic:
        return lambda plane, how: np.asarray(
            cv2.warpAffine(plane, affine, (width, height), flags=how | _INVERSE)
        )
    knots = rng.uniform(0, settings.elastic) * rng.uniform(-1, 1, (ELASTIC_KNOTS, ELASTIC_KNOTS, 2))
    bent = cv2.resize(knots * (width, height), (width, height), interpolation=cv2.INTER_CUBIC)
    x = np.arange(width) + bent[..., 0]
    y = np.arange(height)[:, None] + bent[..., 1]
    from_x, from_y = (
        np.asarray(across * x + down * y + along, np.float32) for across, down, along in affine
    )
    return lambda plane, how: np.asarray(cv2.remap(plane, from_x, from_y, how))


def _affine(
    height: int, width: int, settings: AugmentationSettings, rng: np.random.Generator
) -> np.ndarray:
    """float64 (2, 3), output (x, y, 1) to input (x, y), around the centre of the slice."""
    angle = math.radians(settings.rotation) * rng.uniform(-1, 1)
    zoom = 1 / (1 + settings.scale * rng.uniform(-1, 1))
    dx, dy = settings.shift * rng.uniform(-1, 1, 2) * (width, height)
    mirror = -1.0 if rng.random() < settings.flip else 1.0
    a, b = mirror * zoom * math.cos(angle), -zoom * math.sin(angle)
    d, e = mirror * zoom * math.sin(angle), zoom * math.cos(angle)
    cx, cy = (width - 1) / 2, (height - 1) / 2  # of pixel centres, as OpenCV counts them
    return np.array(
        [
            [a, b, cx - a * (cx + dx) - b * (cy + dy)],
            [d, e, cy - d * (cx + dx) - e * (cy + dy)],
        ]
    )


def _intensities(
    above: np.ndarray, settings: AugmentationSettings, rng: np.random.Generator, levels: Levels
) -> np.ndarray:
    """float32 (h, w, c) changed; counted from each channel's darkest level before and after."""
    import cv2

    channels = above.shape[2]
    gains = np.asarray(1 + settings.contrast * rng.uniform(-1, 1, channels), np.float32)
    offsets = np.asarray(settings.brightness * rng.uniform(-1, 1, channels), np.float32)
    span = levels.span
    if settings.gamma:
        powers = (1 + settings.gamma) ** rng.uniform(-1, 1, channels)
        above = span * np.maximum(above / span, 0) ** powers.astype(np.float32)
    if settings.bias_field:
        above = above * _bias_field(above.shape[:2], settings.bias_field, rng)
    # Background stays dark, its noise too: lit, it would draw the outline of the moved slice.
    lit = np.minimum(above / (span * np.float32(BACKGROUND)), np.float32(1))
    changed = above * gains + lit * (offsets * span)
    if settings.blur and rng.random() < settings.blur:
        changed = cv2.GaussianBlur(changed, (0, 0), rng.uniform(0.3, 1.0)).reshape(above.shape)
    if settings.noise and rng.random() < settings.noise:
        strength = np.float32(rng.uniform(0, 0.05)) * span
        changed += strength * lit * rng.standard_normal(above.shape, np.float32)
    if settings.coarse and rng.random() < settings.coarse:
        changed = _coarser(changed, rng.uniform(1, 3))
    if settings.compression and rng.random() < settings.compression:
        changed = _compressed(changed, levels.span, int(rng.integers(20, 91)))
    return np.asarray(changed, np.float32)


def _bias_field(shape: tuple[int, int], most: float, rng: np.random.Generator) -> np.ndarray:
    """float32 (h, w, 1) of exp(-most) to exp(most): random at its knots, smooth between."""
    import cv2

    knots = rng.uniform(0, most) * rng.uniform(-1, 1, (BIAS_KNOTS, BIAS_KNOTS))
    smooth = cv2.resize(knots, shape[::-1], interpolation=cv2.INTER_CUBIC)  # goes beyond its knots
    return np.asarray(np.exp(np.clip(smooth, -most, most)), np.float32)[..., None]


def _coarser(image: np.ndarray, factor: float) -> np.ndarray:
    """(h, w, c) made smaller by `factor` and brought back to its size."""
    import cv2

    height, width, _ = image.shape
    small = (max(1, round(width / factor)), max(1, round(height / factor)))
    reduced = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
    back = cv2.resize(reduced, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(back.reshape(image.shape))


def _compressed(above: np.ndarray, span: np.ndarray, quality: int) -> np.ndarray:
    """(h, w, c), each channel through a grey JPEG of its span: beyond it is cut off."""
    import cv2

    grey = np.clip(np.rint(above / span * 255), 0, 255).astype(np.uint8)
    planes = []
    for c in range(above.shape[2]):
        _, file = cv2.imencode(".jpg", grey[..., c], [cv2.IMWRITE_JPEG_QUALITY, quality])
        planes.append(np.asarray(cv2.imdecode(file, cv2.IMREAD_GRAYSCALE)))
    return np.asarray(np.stack(planes, axis=-1) * (span / 255), np.float32)
