"""A computed brain with a lesion and its exact truth, as demo and as test data. No real brain.

The same seed gives the same study. Contrasts are named and ordered as in the LGG set.
"""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import numpy as np
import tifffile

from seg_core.data.phantom_brain import Anatomy, Grid, make_anatomy, make_grid, noise
from seg_core.study import LGG_CHANNELS, Note, Study
from seg_core.whole_files import make_whole_folder

DATE = "20260101"
"""Stands where the LGG set's names have the day of the scan."""

MOST_PATIENTS, MOST_SLICES = 999, 500
"""Of a data set, and of a patient in it."""

NOT_A_PATIENT = Note("phantom", "Computed, not a patient: fit to try the app, not to judge it.")

SIGNAL = {  # pre-contrast, FLAIR, post-contrast; share of full scale
    "scalp": (0.74, 0.60, 0.76),
    "bone": (0.05, 0.05, 0.06),
    "marrow": (0.36, 0.27, 0.40),
    "fluid": (0.11, 0.07, 0.12),
    "grey": (0.30, 0.43, 0.33),
    "white": (0.41, 0.34, 0.43),
    "deep grey": (0.35, 0.41, 0.38),
    "lesion": (0.25, 0.76, 0.29),
    "enhancing": (0.26, 0.74, 0.66),
    "vessel": (0.16, 0.10, 0.80),
}

GREY_THICKNESS = 0.030
"""Of the cortex, in half image sides: four pixels of 256."""


def phantom_study(seed: int, slices: int = 20, size: int = 256) -> Study:
    """One phantom patient: uint8 (slices, size, size, 3), truth known for every slice.

    At least one slice shows the lesion. Raises ValueError below 1 slice or 32 pixels.
    """
    return _study(_name(seed), np.random.default_rng(seed), slices, size)


def phantom_names(patients: int = MOST_PATIENTS) -> list[str]:
    """What `write_phantom` calls the folders of its first patients."""
    return [_name(number) for number in range(1, patients + 1)]


def phantom_files(name: str) -> list[str]:
    """What it calls the slices and masks of such a folder, however many there are."""
    stems = [f"{name}_{number}" for number in range(1, MOST_SLICES + 1)]
    return [f"{stem}{end}" for stem in stems for end in (".tif", "_mask.tif")]


def write_phantom(out: Path, patients: int, slices: int, seed: int) -> list[Path]:
    """Write patients in the Kaggle layout and return their folders, each whole or absent.

    Names are PHANTOM_0001_20260101 and on; a folder of such a name in `out` is replaced.
    """
    out.mkdir(parents=True, exist_ok=True)
    folders = []
    for number in range(1, patients + 1):
        rng = np.random.default_rng([seed, number])
        study = _study(_name(number), rng, slices, 256)
        folder = out / study.name
        shutil.rmtree(folder, ignore_errors=True)
        make_whole_folder(folder, partial(_write, study))
        folders.append(folder)
    return folders


def _name(number: int) -> str:
    return f"PHANTOM_{number:04d}_{DATE}"


def _study(name: str, rng: np.random.Generator, slices: int, size: int) -> Study:
    if slices < 1 or size < 32:
        raise ValueError(f"expected 1 slice and 32 pixels at least, received {slices} and {size}")
    grid = make_grid(rng, slices, size)
    anatomy = make_anatomy(rng, grid)
    return Study(
        name=name,
        source="phantom",
        files=tuple(f"{name}_{number}.tif" for number in range(1, slices + 1)),
        slices=_scan(rng, grid, anatomy),
        truth=anatomy.lesion >= 0,
        truth_known=np.ones(slices, bool),
        channels=LGG_CHANNELS,
        notes=(NOT_A_PATIENT,),
    )


def _write(study: Study, folder: Path) -> None:
    assert study.truth is not None
    for file, pixels, truth in zip(study.files, study.slices, study.truth, strict=True):
        tifffile.imwrite(folder / file, pixels, photometric="rgb")
        mask = np.where(truth, np.uint8(255), np.uint8(0))
        tifffile.imwrite(folder / f"{Path(file).stem}_mask.tif", mask)


def _scan(rng: np.random.Generator, grid: Grid, anatomy: Anatomy) -> np.ndarray:
    """The three contrasts with bias field and noise: uint8 (n, size, size, 3)."""
    weights = _tissues(rng, grid, anatomy)
    texture = 1 + 0.035 * noise(rng, grid, 0.012, along=0.06) + 0.03 * noise(rng, grid, 0.05)
    bias = 0.10 * noise(rng, grid, 0.6)
    sigma = rng.uniform(0.010, 0.018)
    grain = np.random.default_rng(int(rng.integers(2**63)))  # its own: slices only add to it
    out = np.empty((*grid.shape, len(LGG_CHANNELS)), np.uint8)
    for c in range(len(LGG_CHANNELS)):
        clean = np.zeros(grid.shape, np.float32)
        for tissue, weight in weights.items():
            clean += weight * np.float32(SIGNAL[tissue][c] * rng.uniform(0.95, 1.05))
        shaded = clean * texture * np.exp(bias + 0.05 * noise(rng, grid, 0.6))
        real, imaginary = grain.standard_normal((2, *grid.shape), dtype=np.float32) * sigma
        measured = np.hypot(shaded + real, imaginary)  # magnitude noise, as scanners have
        out[..., c] = np.clip(np.rint(measured * 255), 0, 255)
    return out


def _tissues(rng: np.random.Generator, grid: Grid, anatomy: Anatomy) -> dict[str, np.ndarray]:
    """Share of each tissue in each pixel, laid over each other from the skin inwards."""

    def share(distance: np.ndarray, blur_px: float = 1.4) -> np.ndarray:
        """Positive distance -> 0 to 1, half on the surface: what a pixel's area averages."""
        pixels = distance * (grid.size / 2)
        return np.asarray(np.clip(0.5 + pixels / blur_px, 0, 1), np.float32)

    brain, fluid, lesion = anatomy.brain, anatomy.fluid, anatomy.lesion
    skull = anatomy.head - 0.055 * (1 + 0.18 * noise(rng, grid, 0.2))
    marrow = np.minimum(skull - 0.014, 0.040 - skull)
    ripple = 0.006 * noise(rng, grid, 0.03)
    sinus = 0.030 - np.hypot(grid.x, anatomy.head - 0.115)
    spots = lesion - 0.03 - 0.06 * np.abs(1.6 - noise(rng, grid, 0.035))
    layers = [
        ("scalp", share(anatomy.head)),
        ("bone", share(skull)),
        ("marrow", share(marrow)),
        ("fluid", share(skull - 0.050)),
        ("vessel", share(np.broadcast_to(sinus, grid.shape)) * (grid.y > 0)),
        ("grey", share(np.minimum(fluid, brain))),
        ("white", share(fluid - GREY_THICKNESS + ripple, 2.0)),
        ("deep grey", share(anatomy.deep_grey, 3.0) * share(fluid)),
        ("fluid", share(anatomy.ventricles)),
        ("lesion", share(lesion) * (0.80 + 0.10 * np.tanh(noise(rng, grid, 0.05)))),
        ("enhancing", share(spots, 2.5) * 0.8),
    ]
    weights = {tissue: np.zeros(grid.shape, np.float32) for tissue in SIGNAL}
    for tissue, cover in layers:
        for other in weights.values():
            other *= 1 - cover
        weights[tissue] += cover
    return weights
