"""Digests that name slices by their pixels, whatever the file format. It opens no file."""

from __future__ import annotations

import hashlib

import numpy as np

from seg_core.study import FLAIR

DIGITS = 16
"""Hexadecimal digits of a digest: 64 bits, so that no two of millions of slices share one."""


def slice_digests(slices: np.ndarray) -> frozenset[str]:
    """A digest for each different slice of uint8 or uint16 (n, height, width, channels 1 or 3).

    Of FLAIR alone, so that a study saved without its other channels has the same ones; uint16 that
    needs eight bits only counts as uint8. Blank slices have none: everybody has those. A lossy
    copy, a resized or a turned one has other digests.
    """
    channel = FLAIR if slices.shape[-1] > FLAIR else 0
    planes = (np.ascontiguousarray(plane) for plane in slices[..., channel])
    return frozenset(_digest(plane) for plane in planes if plane.min() != plane.max())


def _digest(plane: np.ndarray) -> str:
    if plane.dtype != np.uint8:
        plane = plane.astype(np.uint8 if plane.max() <= np.iinfo(np.uint8).max else "<u2")
    digest = hashlib.sha256(f"{plane.dtype.itemsize} {plane.shape}".encode())
    digest.update(plane.data)
    return digest.hexdigest()[:DIGITS]
