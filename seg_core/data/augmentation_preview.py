"""A picture of what augmentation makes of a few slices and their masks. It trains nothing."""

from __future__ import annotations

import numpy as np
from PIL import Image

from seg_core.data.augmentation import AugmentationSettings, augment
from seg_core.data.index import DatasetIndex
from seg_core.data.report import CONTOUR, outline, sample_slices
from seg_core.frames import Frame, Levels

GAP = 4
"""Pixels between tiles."""

BACKGROUND = 16
"""Grey between tiles, as in the data set's sample picture."""


def augmented_picture(
    index: DatasetIndex,
    settings: AugmentationSettings | None,
    frame: Frame,
    *,
    rows: int = 3,
    columns: int = 6,
    seed: int = 0,
) -> Image.Image | None:
    """A row a patient: the slice as the network gets it, then `columns - 1` changed copies.

    The mask's outline moves with the slice. None when no slice holds tumour; without
    settings only the first column. Raises NothingToRead when a slice cannot be read any more.
    """
    chosen = sample_slices(index, rows)
    if not chosen:
        return None
    copies = columns if settings is not None else 1
    tiles = []
    for row, (patient, pair) in enumerate(chosen):
        image, mask, levels = _as_network(*patient.open_slice(pair), frame)
        tiles.append([_outlined(image, mask, levels)])
        for column in range(1, copies):
            assert settings is not None
            rng = np.random.default_rng([seed, row, column])
            changed, moved = augment(image, mask, settings, rng, levels)
            tiles[-1].append(_outlined(changed, moved, levels))
    return _sheet(tiles)


def _as_network(
    pixels: np.ndarray, mask: np.ndarray, frame: Frame
) -> tuple[np.ndarray, np.ndarray, Levels]:
    """float32 (size, size, c) and bool (size, size) of a slice and its mask; the frame is fitted
    on this slice alone."""
    fitted = frame.fit(pixels[None])
    return (
        fitted.to_network(pixels[None])[0],
        fitted.mask_to_network(mask[None])[0],
        fitted.levels,
    )


def _outlined(image: np.ndarray, mask: np.ndarray, levels: Levels) -> np.ndarray:
    """uint8 (size, size, 3): three channels as colours, one as grey, the outline over them."""
    unit = (image - levels.darkest) / levels.span
    shown = np.clip(unit * 255, 0, 255).astype(np.uint8)
    if shown.shape[-1] != 3:
        shown = np.repeat(shown[..., :1], 3, axis=-1)
    shown[outline(mask)] = CONTOUR
    return np.asarray(shown)


def _sheet(tiles: list[list[np.ndarray]]) -> Image.Image:
    """Tiles of equal size laid out in rows."""
    height, width, _ = tiles[0][0].shape
    rows, columns = len(tiles), len(tiles[0])
    size = (rows * (height + GAP) + GAP, columns * (width + GAP) + GAP, 3)
    sheet = np.full(size, BACKGROUND, np.uint8)
    for row, line in enumerate(tiles):
        for column, tile in enumerate(line):
            top, left = GAP + row * (height + GAP), GAP + column * (width + GAP)
            sheet[top : top + height, left : left + width] = tile
    return Image.fromarray(sheet)
