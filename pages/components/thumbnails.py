"""Small pictures of slices with contours, as data addresses: they lie at no address of the server.

Pixels are shown, nothing is measured on them.
"""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

from seg_core.study import FLAIR, LGG_CHANNELS, Study

MODEL_COLOUR = (255, 157, 46)
TRUTH_COLOUR = (79, 195, 255)
"""Orange and sky blue, the viewer's own: apart for every kind of colour blindness."""

BLOWN_OUT = 0.005
"""Share of the tissue's pixels, the brightest fat, that may be shown without structure."""

LINE = 2
"""Thickness of a contour in pixels of the thumbnail."""


def shown_pixels(study: Study) -> np.ndarray:
    """(n, h, w, 1 or 3) as given: FLAIR alone where the study names its channels, else all."""
    if study.channels == LGG_CHANNELS:
        return study.slices[..., FLAIR : FLAIR + 1]
    return study.slices


def brightest(study: Study) -> float:
    """Pixel value to be shown white: all but BLOWN_OUT of the study's tissue is darker.

    One value for all slices, so that they stay comparable.
    """
    pixels = shown_pixels(study)
    tissue = pixels[pixels > 0]
    return float(np.quantile(tissue, 1 - BLOWN_OUT)) if tissue.size else 1.0


def as_shown(study: Study, index: int, white: float) -> np.ndarray:
    """uint8 (h, w) or (h, w, 3) of the slice at `index` (from 0), `white` and above at 255."""
    image = shown_pixels(study)[index]
    stretched = np.minimum(image.astype(np.float32) * (255 / white), 255).astype(np.uint8)
    return stretched[..., 0] if image.shape[-1] == 1 else stretched


def aspect_of(study: Study) -> float:
    """Height of a pixel over its width; 1 where the files state none."""
    return 1.0 if study.spacing_mm is None else study.spacing_mm[1] / study.spacing_mm[2]


def contour(mask: np.ndarray, line: int = LINE) -> np.ndarray:
    """bool (h, w) -> bool (h, w): the mask's pixels within `line` of its edge."""
    inner = np.pad(mask, 1)
    for _ in range(line):
        core = inner.copy()
        core[1:-1, 1:-1] = (
            inner[1:-1, 1:-1] & inner[:-2, 1:-1] & inner[2:, 1:-1] & inner[1:-1, :-2]
        ) & inner[1:-1, 2:]
        inner = core
    return np.asarray(mask & ~inner[1:-1, 1:-1])


def thumbnail(
    image: np.ndarray,
    contours: list[tuple[np.ndarray, tuple[int, int, int]]],
    side: int = 240,
    *,
    aspect: float = 1.0,
) -> str:
    """`data:image/webp;...` of a slice, its longer side `side` pixels.

    image: uint8 (h, w) or (h, w, 3). contours: bool (h, w) masks, each with its colour, drawn
    in that order. aspect: height of a pixel over its width.
    """
    height, width = image.shape[0] * aspect, image.shape[1]
    scale = side / max(height, width)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    picture = np.array(Image.fromarray(image).convert("RGB").resize(size, Image.Resampling.BICUBIC))
    for mask, colour in contours:
        whole = np.asarray(Image.fromarray(mask).resize(size, Image.Resampling.NEAREST))
        picture[contour(whole)] = colour
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "WEBP", quality=82)
    return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode()
