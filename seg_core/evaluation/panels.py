"""Original, truth, probability and mask of one slice in one picture, as in the paper's figures.

It chooses no slice and stores no file.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from seg_core.notice import NOTICE

TITLES = ("original", "truth", "probability", "mask")

GAP, HEAD, FOOT, TEXT = 4, 20, 20, 13
"""Pixels: between pictures, above and below them, and the height of letters."""

INK, PAPER = (215, 221, 229), (14, 17, 22)

HEAT = np.array([(0, 0, 4), (87, 16, 110), (188, 55, 84), (249, 142, 9), (252, 255, 164)])
"""Colours of a probability of 0, 0.25, 0.5, 0.75 and 1, between which it is interpolated."""


def four_pictures(
    original: np.ndarray, truth: np.ndarray, probability: np.ndarray, threshold: float, caption: str
) -> Image.Image:
    """RGB, four times the slice's width with gaps, a line of words above and below.

    original: uint8 or uint16 (h, w, 1 or 3); truth: bool (h, w); probability: float32 (h, w).
    """
    height, width = truth.shape
    mask = probability >= np.float32(threshold)
    pictures = (as_rgb(original), black_white(truth), heat(probability), black_white(mask))
    size = (4 * width + 3 * GAP, HEAD + height + FOOT)
    sheet = Image.new("RGB", size, PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=TEXT)
    for i, (title, picture) in enumerate(zip(TITLES, pictures, strict=True)):
        left = i * (width + GAP)
        sheet.paste(Image.fromarray(picture), (left, HEAD))
        draw.text((left + 4, 2), title, fill=INK, font=font)
    draw.text((4, HEAD + height + 2), caption, fill=INK, font=font)
    end = size[0] - 4 - draw.textlength(NOTICE, font=font)
    draw.text((end, HEAD + height + 2), NOTICE, fill=INK, font=font)
    return sheet


def as_png(picture: Image.Image) -> bytes:
    """Without loss, for files."""
    return _encoded(picture, format="PNG", optimize=True)


def as_webp(png: bytes) -> bytes:
    """Small, for a report that holds all of them; lossy, so not for measuring."""
    with Image.open(io.BytesIO(png)) as picture:
        return _encoded(picture.convert("RGB"), format="WEBP", quality=80)


def as_rgb(original: np.ndarray) -> np.ndarray:
    """uint8 (h, w, 3) of a slice as given; one channel becomes grey.

    Of sixteen bits the brightest pixel becomes white: scanners store twelve in them, or fewer.
    """
    bytes_ = original
    if original.dtype == np.uint16:
        bytes_ = (original * (255 / max(int(original.max()), 1))).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(bytes_, (*bytes_.shape[:2], 3)))


def black_white(plane: np.ndarray) -> np.ndarray:
    """bool (h, w) -> uint8 (h, w, 3)."""
    return np.repeat(np.where(plane, 255, 0).astype(np.uint8)[..., None], 3, axis=-1)


def heat(probability: np.ndarray) -> np.ndarray:
    """float32 (h, w), 0 to 1 -> uint8 (h, w, 3) in the colours of HEAT."""
    stops = np.linspace(0, 1, len(HEAT))
    channels = [np.interp(probability, stops, HEAT[:, c]) for c in range(3)]
    return np.stack(channels, axis=-1).astype(np.uint8)


def _encoded(picture: Image.Image, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, **options)  # type: ignore[arg-type]  # format is among the options
    return stream.getvalue()
