"""A reading as NIfTI volumes on the voxels that were read, for other programs."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import numpy as np

from seg_core.notice import NOTICE
from seg_core.sixteen_bits import STEPS, to_sixteen_bits
from seg_core.study import Reading, Study

MASK_VOLUME, PROBABILITY_VOLUME = "mask.nii.gz", "probability.nii.gz"

ORDER = "RAS"
"""Sides that the axes run towards where the study's own files hold a slice each."""

LEVEL = 6
"""Of gzip: 9 takes several times as long and saves nothing worth it."""


def write_volumes(study: Study, reading: Reading, folder: Path, pixel_threshold: float) -> None:
    """MASK_VOLUME (uint8, 0 or 1) and PROBABILITY_VOLUME (uint16, scaled to 0 to 1), in the
    voxel order of the file that was read; nothing where files do not say how they lie."""
    if study.grid is None:
        return
    mask = reading.mask(pixel_threshold).astype(np.uint8)
    probability = np.stack([to_sixteen_bits(plane) for plane in reading.probability])
    order = study.voxel_order or ORDER
    _write(folder / MASK_VOLUME, _volume(mask, study.grid, order, 1.0))
    _write(folder / PROBABILITY_VOLUME, _volume(probability, study.grid, order, 1 / STEPS))


def _volume(slices: np.ndarray, grid: np.ndarray, order: str, scale: float) -> bytes:
    """(n, height, width) on its grid as the bytes of a `.nii`; stored values times `scale`."""
    import nibabel  # here, for the sake of those who read no volume
    from nibabel.orientations import axcodes2ornt, io_orientation, ornt_transform

    affine = np.vstack([grid, [0, 0, 0, 1]])
    image = nibabel.Nifti1Image(slices.transpose(2, 1, 0), affine)
    image = image.as_reoriented(ornt_transform(io_orientation(affine), axcodes2ornt(order)))
    image.header.set_xyzt_units("mm")
    image.header.set_slope_inter(scale, 0)
    image.header["descrip"] = NOTICE.encode()
    # qform and sform both: some programs look at one of them only
    image.set_qform(image.affine, code="scanner")
    image.set_sform(image.affine, code="scanner")
    return image.to_bytes()


def _write(path: Path, volume: bytes) -> None:
    with path.open("wb") as file:
        file.write(gzip.compress(volume, LEVEL, mtime=0))
        file.flush()
        os.fsync(file.fileno())
