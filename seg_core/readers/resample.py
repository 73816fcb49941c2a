"""A volume on the voxels of another, by where both lie in the patient. It registers nothing."""

from __future__ import annotations

import numpy as np

EDGE = 0.5
"""Voxels beyond the middle of the outermost ones that still count as within."""

SAME = 1e-3
"""Of a voxel: grids that lie no farther apart are one, and nothing is interpolated."""


def onto(
    slices: np.ndarray, grid: np.ndarray, target: np.ndarray, shape: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """(values, inside): (n, h, w) numbers that lie on `grid`, interpolated linearly on the voxels
    of `target`, a grid of `shape` (see `geometry`), 0 beyond; and bool, which voxels lie within.

    A slice at a time, for memory.
    """
    from scipy.ndimage import affine_transform

    whole = np.array([0, 0, 0, 1])
    to_source = np.linalg.inv(np.vstack([grid, whole])) @ np.vstack([target, whole])
    turned, offset = to_source[:3, :3][::-1, ::-1], to_source[:3, 3][::-1]  # slice, row, column
    drift = np.abs(turned - np.eye(3)) @ np.array(shape) + np.abs(offset)
    if slices.shape == shape and drift.max() <= SAME:
        return slices, np.ones(shape, bool)
    values = np.zeros(shape, slices.dtype)
    inside = np.ones(shape, bool)
    rows, columns = np.ogrid[: shape[1], : shape[2]]
    for k in range(shape[0]):
        begin = offset + turned[:, 0] * k
        seen = affine_transform(
            slices, turned, begin, (1, *shape[1:]), output=np.float32, order=1, mode="nearest"
        )[0]
        for axis, length in enumerate(slices.shape):
            at = begin[axis] + turned[axis, 1] * rows + turned[axis, 2] * columns
            inside[k] &= (at >= -EDGE) & (at <= length - 1 + EDGE)
        values[k] = np.where(inside[k], np.rint(seen), 0)
    return values, inside
