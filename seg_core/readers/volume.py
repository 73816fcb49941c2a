"""A volume of voxels cut into slices, the way a radiologist looks at them. It opens no file.

It is cut along the axis on which its voxels are longest, else axially. The patient's right is on
the left of the picture, the front or the top of the head above.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seg_core.geometry import Order

LONGER = 1.5
"""How much longer than on the other axes voxels must be for their axis to be that of the slices."""

LAYOUTS = (
    # axes of R, A and S that the slices, rows and columns run along: rows and columns backwards
    (0, 2, 1),  # sagittal: the face on the left
    (1, 2, 0),  # coronal: seen from the front
    (2, 1, 0),  # axial: seen from the feet
)
"""By the axis of R, A and S that the slices follow one another along."""

AXIAL = 2


@dataclass(frozen=True, eq=False)
class Volume:
    """A volume cut into slices.

    slices: real numbers, (n, height, width). spacing_mm: (between slices, row, column).
    grid, order: see `geometry`.
    """

    slices: np.ndarray
    spacing_mm: tuple[float, float, float]
    grid: np.ndarray
    order: Order


LEAST_UPRIGHT = 0.5
"""Volume of a voxel over the product of its sides: below it they lie too flat to be any."""


def cut(voxels: np.ndarray, affine: np.ndarray) -> Volume:
    """(x, y, z) voxels on float (4, 4) `affine`, which makes millimetres towards R, A and S of
    them, as slices. Raises ValueError for an affine that places nothing."""
    # here, for the sake of those who open no volume
    from nibabel.orientations import apply_orientation, inv_ornt_aff, io_orientation

    sides = affine[:3, :3]
    lengths = np.linalg.norm(sides, axis=0)
    if not np.isfinite(affine).all() or abs(np.linalg.det(sides)) <= LEAST_UPRIGHT * lengths.prod():
        raise ValueError("its affine gives voxels no volume")
    turn = io_orientation(affine)
    upright = affine @ inv_ornt_aff(turn, voxels.shape)
    steps = upright[:3, :3]
    zooms = np.linalg.norm(steps, axis=0)
    long = long_axis(zooms)
    slices, rows, columns = layout = LAYOUTS[AXIAL if long is None else long]
    values = apply_orientation(voxels, turn).transpose(layout)
    corner = np.zeros(4)  # the voxel at the picture's upper left, in the upright volume
    corner[[rows, columns]], corner[3] = np.array(values.shape[1:]) - 1, 1
    ours = {columns: (0, -1), rows: (1, -1), slices: (2, 1)}
    turns = [(ours[int(axis)], int(step)) for axis, step in turn]
    return Volume(
        slices=np.ascontiguousarray(values[:, ::-1, ::-1]),
        spacing_mm=(float(zooms[slices]), float(zooms[rows]), float(zooms[columns])),
        grid=np.column_stack(
            [-steps[:, columns], -steps[:, rows], steps[:, slices], upright[:3] @ corner]
        ),
        order=tuple((axis, way * step) for (axis, way), step in turns),
    )


def long_axis(sides: np.ndarray) -> int | None:
    """The place of the one of three voxel sides that is clearly the longest, or None."""
    longest = int(sides.argmax())
    return longest if sides[longest] >= LONGER * np.delete(sides, longest).max() else None
