"""What hangs together in a mask, also through neighbouring slices. It knows no study, no model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SMALLEST_PX = 20
"""Pixels, over all its slices, from which on a component is listed; in slices of REFERENCE_AREA.
Smaller ones are counted as specks. 20 pixels are a spot of 5 pixels across in one slice."""

REFERENCE_AREA = 256 * 256


@dataclass(frozen=True, eq=False)
class Component:
    """What hangs together in a mask.

    slices: numbers from 1, rising. masks: bool (slices, rows, columns), of those slices, as much
    of them as holds it; corner: (row, column) of its upper left pixel; height_width: the slices'.
    """

    slices: tuple[int, ...]
    masks: np.ndarray
    corner: tuple[int, int]
    height_width: tuple[int, int]

    @property
    def area_px(self) -> int:
        """Pixels over all its slices."""
        return int(self.masks.sum())

    @property
    def box(self) -> tuple[slice, slice, slice]:
        """What `masks` covers of a volume (n, height, width)."""
        row, column = self.corner
        _, rows, columns = self.masks.shape
        through = slice(self.slices[0] - 1, self.slices[-1])
        return through, slice(row, row + rows), slice(column, column + columns)

    def on(self, number: int) -> np.ndarray | None:
        """bool (height, width) of one slice, None where it has nothing."""
        if number not in self.slices:
            return None
        plane = np.zeros(self.height_width, bool)
        row, column = self.corner
        rows, columns = self.masks.shape[1:]
        plane[row : row + rows, column : column + columns] = self.masks[self.slices.index(number)]
        return plane

    def largest(self) -> tuple[int, float, float]:
        """The slice in which it is largest, and its middle (x, y) there, as a marker's."""
        at = int(self.masks.sum(axis=(1, 2)).argmax())
        rows, columns = np.nonzero(self.masks[at])
        row, column = self.corner
        x, y = float(columns.mean()) + column, float(rows.mean()) + row
        return self.slices[at], x + 0.5, y + 0.5


def components(mask: np.ndarray) -> tuple[list[Component], int]:
    """Components of a bool (n, height, width) mask, and how many were too small to list.

    Pixels hang together over edges and corners, within a slice and with the next one.
    """
    from scipy import ndimage

    if not mask.any():
        return [], 0
    through, rows, columns = _box(mask)
    labels, count = ndimage.label(mask[through, rows, columns], structure=np.ones((3, 3, 3)))
    smallest = scaled(SMALLEST_PX, mask.shape[1] * mask.shape[2])
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    listed = []
    for label, place in enumerate(ndimage.find_objects(labels), start=1):
        if sizes[label] >= smallest:
            first, last = through.start + place[0].start, through.start + place[0].stop
            listed.append(
                Component(
                    slices=tuple(range(first + 1, last + 1)),
                    masks=labels[place] == label,
                    corner=(rows.start + place[1].start, columns.start + place[2].start),
                    height_width=(mask.shape[1], mask.shape[2]),
                )
            )
    return listed, count - len(listed)


def scaled(pixels: float, area: int) -> float:
    """A number of pixels that is meant for slices of REFERENCE_AREA, in slices of `area`."""
    return pixels * area / REFERENCE_AREA


def _box(mask: np.ndarray) -> tuple[slice, slice, slice]:
    """What holds all of a mask: a tenth of a study, as a rule, is quickly labelled."""
    return _ends(mask, (1, 2)), _ends(mask, (0, 2)), _ends(mask, (0, 1))


def _ends(mask: np.ndarray, others: tuple[int, int]) -> slice:
    """Where a mask that is not empty begins and ends along the axis that is not among `others`."""
    held = np.flatnonzero(mask.any(axis=others))
    return slice(int(held[0]), int(held[-1]) + 1)
