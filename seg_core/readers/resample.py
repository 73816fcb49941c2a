"""A volume on the voxels of another, by where both lie in the patient. It registers nothing."""

from __future__ import annotations

import numpy as np

EDGE = 0.5
"""Voxels beyond the middle of the outermost ones that still count as within."""


def onto(
    slices: np.ndarray, grid: np.ndarray, target: np.ndarray, shape: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """(values, inside): (n, h, w) numbers that lie on `grid`, interpolated linearly on the voxels
    of `target`, a grid of `shape` (see `geometry`), 0 beyond; and bool, which voxels lie within.

    A slice at a time, for memory.
    """
    from scipy.ndimage import map_coordinates

    whole = np.array([0, 0, 0, 1])
    to_source = np.linalg.inv(np.vstack([grid, whole])) @ np.vstack([target, whole])
    turned, offset = to_source[:3, :3][::-1, ::-1], to_source[:3, 3][::-1]  # slice, row, column
    last = (np.array(slices.shape) - 1)[:, None, None]
    values = np.zeros(shape, slices.dtype)
    inside = np.zeros(shape, bool)
    rows, columns = np.mgrid[: shape[1], : shape[2]]
    for k in range(shape[0]):
        at = np.stack(
            [
                offset[i] + turned[i, 0] * k + turned[i, 1] * rows + turned[i, 2] * columns
                for i in range(3)
            ]
        )
        inside[k] = ((at >= -EDGE) & (at <= last + EDGE)).all(axis=0)
        seen = map_coordinates(slices, at, output=np.float32, order=1, mode="nearest")
        values[k] = np.where(inside[k], np.rint(seen), 0)
    return values, inside
