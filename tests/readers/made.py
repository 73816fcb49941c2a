"""Slices, masks and zips as the readers' tests give them. It asserts nothing."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image


def pixels(seed: int = 0, size: int = 16, channels: int = 3, dtype: str = "uint8") -> np.ndarray:
    """Random (size, size, channels) over the type's whole range; the channels differ."""
    highest = np.iinfo(dtype).max
    shape = (size, size, channels)
    return np.random.default_rng(seed).integers(0, highest, shape, dtype, endpoint=True)


def tiff_bytes(image: np.ndarray, **how: object) -> bytes:
    out = BytesIO()
    rgb = image.ndim == 3 and image.shape[-1] >= 3
    tifffile.imwrite(out, image, photometric="rgb" if rgb else "minisblack", **how)
    return out.getvalue()


def png_bytes(image: np.ndarray) -> bytes:
    out = BytesIO()
    Image.fromarray(image).save(out, "PNG")
    return out.getvalue()


def patient(folder: Path, slices: int = 3, size: int = 16) -> Path:
    """A Kaggle patient folder: p_1.tif, p_1_mask.tif and so on; masks mark one pixel."""
    folder.mkdir(parents=True, exist_ok=True)
    mask = np.zeros((size, size), np.uint8)
    mask[2, 3] = 255
    for number in range(1, slices + 1):
        image = pixels(number, size)
        (folder / f"{folder.name}_{number}.tif").write_bytes(tiff_bytes(image))
        (folder / f"{folder.name}_{number}_mask.tif").write_bytes(tiff_bytes(mask))
    return folder


def zip_of(folder: Path, path: Path) -> Path:
    """The folder packed with its name, as a zip program does."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(folder.rglob("*")):
            packed.write(file, file.relative_to(folder.parent))
    return path
