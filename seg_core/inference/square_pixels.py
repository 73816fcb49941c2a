"""Slices of pixels that are not square, made so for a network, and its probability brought back.

Networks learnt from square pixels; what a scanner took in others looks squeezed to them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from seg_core.frames import resize_plane
from seg_core.geometry import are_square
from seg_core.study import Study

MOST = 8.0
"""Beyond which a file's statement is not believed: the slices would take as much more room."""


def with_square_pixels(study: Study) -> Study:
    """The study as a network is to see it: the same, or each slice longer along its longer sides.

    Its truth stays behind: nothing is scored on it.
    """
    size = _square_size(study)
    if size == study.height_width:
        return study
    import cv2  # here: few studies need it

    large = [cv2.resize(one, size[::-1], interpolation=cv2.INTER_LINEAR) for one in study.slices]
    slices = np.stack(large).reshape(len(study), *size, study.slices.shape[-1])
    return replace(study, slices=slices, truth=None, truth_known=None)


def in_own_pixels(probability: np.ndarray, study: Study) -> np.ndarray:
    """float32 (n, height, width) of the study's own slices, of what was seen of square pixels."""
    if probability.shape[1:] == study.height_width:
        return probability
    return np.stack([resize_plane(plane, *study.height_width) for plane in probability])


def _square_size(study: Study) -> tuple[int, int]:
    height, width = study.height_width
    if study.spacing_mm is None or are_square(study.spacing_mm):
        return height, width
    _, row, column = study.spacing_mm
    side = min(row, column)
    if max(row, column) > MOST * side:
        return height, width
    return round(height * row / side), round(width * column / side)
