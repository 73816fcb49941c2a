"""A reading as NIfTI volumes on the voxels that were read, for other programs."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np

from seg_core.geometry import AS_SHOWN, affine_of
from seg_core.notice import NOTICE
from seg_core.sixteen_bits import STEPS, to_sixteen_bits
from seg_core.study import Reading, Study
from seg_core.whole_files import write_synced

MASK_VOLUME, PROBABILITY_VOLUME = "mask.nii.gz", "probability.nii.gz"

DESCRIBED = 79
"""Bytes of the field `descrip` before its end."""

LEVEL = 6
"""Of gzip: 9 takes several times as long and saves nothing worth it."""


def write_volumes(study: Study, reading: Reading, folder: Path, pixel_threshold: float) -> None:
    """MASK_VOLUME (uint8, 0 or 1) and PROBABILITY_VOLUME (uint16, scaled to 0 to 1), in the
    voxel order of the volume that was read.

    Nothing where files do not say how slices lie, or steps between them are not alike.
    """
    if study.grid is None or not study.evenly:
        return
    mask = reading.mask(pixel_threshold).astype(np.uint8)
    probability = np.stack([to_sixteen_bits(plane) for plane in reading.probability])
    said = f"{NOTICE} {reading.model_name}/{reading.model_version}"
    threshold = f"{said} >= {pixel_threshold:g}"
    for name, volume in (
        (MASK_VOLUME, _volume(mask, study, 1.0, threshold)),
        (PROBABILITY_VOLUME, _volume(probability, study, 1 / STEPS, said)),
    ):
        write_synced(folder / name, gzip.compress(volume, LEVEL, mtime=0))


def _volume(slices: np.ndarray, study: Study, scale: float, said: str) -> bytes:
    """(n, height, width) as the bytes of a `.nii`; stored values times `scale` are meant."""
    import nibabel  # here, for the sake of those who read no volume

    voxels, affine = _in_its_order(slices.transpose(2, 1, 0), study)
    image = nibabel.Nifti1Image(voxels, affine)
    image.header.set_xyzt_units("mm")
    image.header.set_slope_inter(scale, 0)
    image.header["descrip"] = said.encode(errors="replace")[:DESCRIBED]
    image.set_sform(affine, code="scanner")
    # qform too, for programs that look at it only; it cannot say what is not at right angles
    right = _at_right_angles(affine)
    image.set_qform(affine if right else None, code="scanner" if right else "unknown")
    return image.to_bytes()


def _at_right_angles(affine: np.ndarray) -> bool:
    sides = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    return bool(np.allclose(sides.T @ sides, np.eye(3), atol=1e-4))


def _in_its_order(voxels: np.ndarray, study: Study) -> tuple[np.ndarray, np.ndarray]:
    """((column, row, slice) voxels as the file that was read holds them, their affine (4, 4))."""
    assert study.grid is not None
    order = study.voxel_order or AS_SHOWN
    turned = voxels.transpose([ours for ours, _ in order])
    turned = turned[tuple(slice(None, None, step) for _, step in order)]
    columns, rows, slices = voxels.shape
    return turned, affine_of(study.grid, order, (columns, rows, slices))
