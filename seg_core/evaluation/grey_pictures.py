"""Which images are shown, and their pictures: samples as in the paper's figure 26, a gallery as in
its figures 27 to 30. It stores nothing.

What is shown is drawn by a fixed seed and not by its result, but for the strongest false positives.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from seg_core.evaluation.grey_files import expects_tumour
from seg_core.evaluation.grey_set import MeasuredImage, SeenImage
from seg_core.evaluation.panels import (
    FOOT,
    GAP,
    HEAD,
    INK,
    PAPER,
    TEXT,
    as_rgb,
    black_white,
    heat,
)
from seg_core.notice import NOTICE

SEED = 26
"""Of the draw; the paper's figure of samples."""

SAMPLES = 6
"""Images of each class in the row of samples."""

GALLERY = 4
"""Images of each class that are shown with what the network saw; the first of the samples."""

STRONGEST = 8
"""False positives that are shown."""

SIDE = 224
"""Pixels of the longer side of each picture: the paper's size."""

ORANGE = (255, 157, 46)
"""The model's colour in the viewer."""

TITLES = ("original", "probability", "mask", "overlay")

SAMPLE, SEEN, FALSE = "sample", "gallery", "false positive"


@dataclass(frozen=True)
class Chosen:
    """An image and why it is shown; one image may be shown for two reasons."""

    kind: str
    image: MeasuredImage


def choose_images(images: Sequence[MeasuredImage], classes: Sequence[str]) -> list[Chosen]:
    """Samples and gallery of each class, then the strongest false positives.

    These are the images of classes without tumour whose mask, at the network's own threshold,
    has most pixels. Of images that show the same picture one is shown.
    """
    chosen = []
    for name in classes:
        drawn = one_a_picture(drawn_by_seed(one for one in images if one.class_name == name))
        chosen += [Chosen(SAMPLE, one) for one in drawn[:SAMPLES]]
        chosen += [Chosen(SEEN, one) for one in drawn[:GALLERY]]
    alarms = [one for one in images if one.mask_px and not expects_tumour(one.class_name)]
    alarms.sort(key=lambda one: (-one.mask_px, -one.strongest, one.name))
    return chosen + [Chosen(FALSE, one) for one in one_a_picture(alarms)[:STRONGEST]]


def drawn_by_seed(images: Iterable[MeasuredImage], seed: int = SEED) -> list[MeasuredImage]:
    """In an order that depends on names and seed only: one image more moves no other."""

    def place(one: MeasuredImage) -> str:
        return hashlib.sha256(f"{seed} {one.name}".encode()).hexdigest()

    return sorted(images, key=place)


def one_a_picture(images: Iterable[MeasuredImage]) -> list[MeasuredImage]:
    """The first of the images that show the same picture, in the order given."""
    first: dict[int, MeasuredImage] = {}
    for one in images:
        first.setdefault(one.picture, one)
    return list(first.values())


def row_of_samples(class_name: str, samples: Sequence[SeenImage]) -> Image.Image:
    """Images of one class beside each other, each under its file's name."""
    pictures = [fitted(as_rgb(one.image)) for one in samples]
    titles = [PurePosixPath(one.file.name).name for one in samples]
    return row(titles, pictures, class_name)


def row_of_seen(seen: SeenImage, threshold: float, caption: str) -> Image.Image:
    """Original, probability, mask, and the mask's outline over the original."""
    original, mask = as_rgb(seen.image), seen.probability >= np.float32(threshold)
    shown = fitted(original)
    pictures = (
        shown,
        fitted(heat(seen.probability)),
        fitted(black_white(mask), Image.Resampling.NEAREST),
        outlined(shown, mask),
    )
    return row(TITLES, pictures, caption)


def row(titles: Sequence[str], pictures: Sequence[Image.Image], caption: str) -> Image.Image:
    """Pictures beside each other on dark paper, words above and below, SIDE pixels a cell."""
    width = len(pictures) * (SIDE + GAP) - GAP
    height = max(picture.height for picture in pictures)
    sheet = Image.new("RGB", (width, HEAD + height + FOOT), PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=TEXT)
    for i, (title, picture) in enumerate(zip(titles, pictures, strict=True)):
        left = i * (SIDE + GAP)
        sheet.paste(picture, (left + (SIDE - picture.width) // 2, HEAD))
        draw.text((left + 4, 2), shortened(title, draw, font, SIDE - 8), fill=INK, font=font)
    notice = draw.textlength(NOTICE, font=font)
    room = width - 3 * GAP - notice
    draw.text((4, HEAD + height + 2), shortened(caption, draw, font, room), fill=INK, font=font)
    draw.text((width - 4 - notice, HEAD + height + 2), NOTICE, fill=INK, font=font)
    return sheet


def fitted(
    pixels: np.ndarray, resampling: Image.Resampling = Image.Resampling.BILINEAR
) -> Image.Image:
    """uint8 (h, w, 3) with its longer side at SIDE pixels, for looking at only."""
    picture = Image.fromarray(pixels)
    scale = SIDE / max(picture.size)
    size = [max(round(side * scale), 1) for side in picture.size]
    return picture if size == list(picture.size) else picture.resize((size[0], size[1]), resampling)


def outlined(picture: Image.Image, mask: np.ndarray) -> Image.Image:
    """The picture with the edge of a mask, bool of any size, in the model's colour."""
    from scipy.ndimage import binary_erosion

    small = np.asarray(Image.fromarray(mask).resize(picture.size, Image.Resampling.NEAREST), bool)
    edge = small & ~binary_erosion(small, iterations=2)
    pixels = np.array(picture)
    pixels[edge] = ORANGE
    return Image.fromarray(pixels)


def shortened(
    text: str,
    draw: ImageDraw.ImageDraw,
    font: ImageFont.ImageFont | ImageFont.FreeTypeFont,
    room: float,
) -> str:
    """The end of a text that is too long: names differ at their ends."""
    if draw.textlength(text, font=font) <= room:
        return text
    while text and draw.textlength("…" + text, font=font) > room:
        text = text[1:]
    return "…" + text
