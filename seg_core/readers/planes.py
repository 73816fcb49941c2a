"""What a study's files say of the plane of its slices, and of sides. It opens no file."""

from __future__ import annotations

import numpy as np

from seg_core.geometry import are_square, plane_of
from seg_core.study import Note

PLANE = "plane"
"""Kind of the note on a study that was not taken in axial planes."""

UNKNOWN_SIDES = Note(
    "sides", "The files do not say how they lie in the patient: no left or right is claimed."
)


def pixel_notes(spacing_mm: tuple[float, float, float] | None) -> tuple[Note, ...]:
    """A note where pixels are not square, and what a model then sees."""
    if spacing_mm is None or are_square(spacing_mm):
        return ()
    row, column = spacing_mm[1:]
    words = f"Pixels {column:.3g} mm wide and {row:.3g} mm high: a model sees them made square."
    return (Note("pixels", words),)


def plane_notes(grid: np.ndarray) -> tuple[Note, ...]:
    """A note of kind PLANE where slices are not axial, as all of those were that models learnt."""
    plane = plane_of(grid)
    return () if plane == "axial" else (Note(PLANE, f"{plane} slices by the files' own statement"),)
