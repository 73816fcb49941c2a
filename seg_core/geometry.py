"""How slices lie in the patient: edges and plane of a grid. It knows directions, no file.

A grid is float (3, 4): times (column, row, slice, 1) it gives millimetres towards the patient's
right, front and head, as a NIfTI affine ("RAS+") does.
"""

from __future__ import annotations

import numpy as np

LPS = np.array([-1.0, -1.0, 1.0])
"""DICOM's directions (to the patient's Left, Posterior, Head; PS3.3 C.7.6.2.1.1) times this are
a grid's, and the other way round."""

LETTERS = (("L", "R"), ("P", "A"), ("I", "S"))
"""Of each axis: the side that a negative direction points to, and a positive one."""

PLANES = ("sagittal", "coronal", "axial")
"""By the axis that the slices follow one another along."""

Order = tuple[tuple[int, int], ...]
"""Which of (column, row, slice) each axis of a file's own voxels is, and 1 or -1 whether it runs
along it."""

AS_SHOWN: Order = ((0, 1), (1, 1), (2, 1))

SQUARE = 1.1
"""How much longer one side of a pixel may be than the other to pass for square."""

Edges = tuple[str, str, str, str]
"""Which side of the patient lies at a picture's left, top, right and bottom edge."""


def side(direction: np.ndarray) -> str:
    """The letter of the side that a direction, float (3,), mostly points to."""
    axis = int(np.abs(direction).argmax())
    return LETTERS[axis][int(direction[axis] > 0)]


def edges(grid: np.ndarray) -> Edges:
    """Of a slice of the grid, shown with its first row on top and its first column on the left."""
    along_row, down_column = grid[:, 0], grid[:, 1]
    return side(-along_row), side(-down_column), side(along_row), side(down_column)


def plane_of(grid: np.ndarray) -> str:
    """One of PLANES: the nearest to the grid's slices."""
    return PLANES[int(np.abs(np.cross(grid[:, 0], grid[:, 1])).argmax())]


def affine_of(grid: np.ndarray, order: Order, shape: tuple[int, int, int]) -> np.ndarray:
    """float (4, 4), voxel of a file -> millimetres: it holds `shape` (columns, rows, slices) in
    `order`."""
    turn = np.zeros((4, 4))  # from a voxel of the file to (column, row, slice)
    turn[3, 3] = 1
    for axis, (ours, step) in enumerate(order):
        turn[ours, axis] = step
        turn[ours, 3] = shape[ours] - 1 if step < 0 else 0
    return np.vstack([grid, [0, 0, 0, 1]]) @ turn


def to_dicom(grid: np.ndarray) -> np.ndarray:
    """float (3, 4): the grid in DICOM's directions."""
    return grid * LPS[:, None]


def are_square(spacing_mm: tuple[float, float, float]) -> bool:
    """Whether pixels of (between slices, row, column) millimetres pass for square."""
    _, row, column = spacing_mm
    return max(row, column) <= SQUARE * min(row, column)
