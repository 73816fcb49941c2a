"""What a study's files say of the plane of its slices, and of sides. It opens no file."""

from __future__ import annotations

import numpy as np

from seg_core.geometry import plane_of
from seg_core.study import Note

PLANE = "plane"
"""Kind of the note on a study that was not taken in axial planes."""

UNKNOWN_SIDES = Note(
    "sides", "The files do not say how they lie in the patient: no left or right is claimed."
)


SQUARE = 1.1
"""How much longer one side of a pixel may be than the other to pass for square."""


def pixel_notes(spacing_mm: tuple[float, float, float] | None) -> tuple[Note, ...]:
    """A note where pixels are not square: networks learnt from such as are."""
    if spacing_mm is None or max(spacing_mm[1:]) <= SQUARE * min(spacing_mm[1:]):
        return ()
    row, column = spacing_mm[1:]
    words = f"Pixels of {row:.3g} x {column:.3g} mm: a model takes them for square."
    return (Note("pixels", words),)


def plane_notes(grid: np.ndarray) -> tuple[Note, ...]:
    """A note of kind PLANE where slices are not axial, as all of those were that models learnt."""
    plane = plane_of(grid)
    return () if plane == "axial" else (Note(PLANE, f"{plane} slices by the files' own statement"),)
