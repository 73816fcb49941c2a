"""A volume on the voxels of another, by where both lie in the patient. It registers nothing."""

from __future__ import annotations

import numpy as np


def onto(
    slices: np.ndarray, grid: np.ndarray, target: np.ndarray, shape: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """(values, inside): (n, h, w) numbers that lie on `grid`, interpolated linearly on the voxels
    of `target`, a grid of `shape` (see `geometry`), 0 beyond; and bool, which voxels lie within."""
    from scipy.ndimage import affine_transform

    whole = np.array([0, 0, 0, 1])
    to_source = np.linalg.inv(np.vstack([grid, whole])) @ np.vstack([target, whole])
    turned = to_source[:3, :3][::-1, ::-1]  # (slice, row, column), as arrays are indexed
    offset = to_source[:3, 3][::-1]
    values = affine_transform(
        slices.astype(np.float32), turned, offset, output_shape=shape, order=1, cval=0.0
    )
    last = np.array(slices.shape) - 1
    inside = np.ones(shape, bool)
    axes = np.ogrid[tuple(slice(length) for length in shape)]
    for axis in range(3):
        along = offset[axis] + sum(turned[axis, k] * axes[k] for k in range(3))
        inside &= (along >= -0.5) & (along <= last[axis] + 0.5)
    return np.rint(values).astype(slices.dtype), inside
