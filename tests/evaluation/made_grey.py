"""Images by class as tests give them, and a network that sees what is bright."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from seg_core.evaluation.grey_set import GreySubject, MeasuredImage
from seg_core.frames import ResizeFrame

CLASSES = ("glioma", "notumor")


def picture(seed: int, height: int = 48, width: int = 48, bright: int = 0) -> np.ndarray:
    """uint8 (height, width): dark blocks of noise, unlike those of any other seed, and a square
    of side `bright` at 255."""
    rng = np.random.default_rng(seed)
    blocks = rng.integers(0, 90, (8, 8), dtype=np.uint8)
    plane = np.asarray(Image.fromarray(blocks).resize((width, height), Image.Resampling.NEAREST))
    plane = plane.copy()
    plane[4 : 4 + bright, 4 : 4 + bright] = 255
    return plane


def save(path: Path, plane: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(plane).save(path, quality=95) if path.suffix == ".jpg" else Image.fromarray(
        plane
    ).save(path)
    return path


def make_grey_set(root: Path, images: int = 3, classes: Sequence[str] = CLASSES) -> Path:
    """`images` JPEGs a class; each of glioma's has a bright square, one of notumor's has."""
    for at, name in enumerate(classes):
        for i in range(images):
            bright = 16 if not name.startswith("no") or i == 0 else 0
            save(root / name / f"{name}_{i}.jpg", picture(100 * at + i, bright=bright))
    return root


def bright_subject(threshold: float = 0.8, size: int = 32) -> GreySubject:
    """The mean of the channels as its probability: bright is tumour."""
    return GreySubject(
        label="bright/1",
        weights="none",
        engine="NumPy",
        frame=ResizeFrame(size),
        channels=3,
        predict=lambda batch: batch.mean(axis=-1),
        threshold=threshold,
    )


def measured_image(
    class_name: str, strongest: float, fiftieth: float = 0.0, picture: int = 0, mask_px: int = 0
) -> MeasuredImage:
    """An image of that result; its name tells class and picture."""
    name = f"{class_name}/{picture}_{strongest}.jpg"
    return MeasuredImage(class_name, name, 48, 48, mask_px, strongest, fiftieth, picture)
