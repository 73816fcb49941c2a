"""Which images of a class show the same picture: copies, mirrored, of other size or contrast.

Public sets hold many, and they are not counted as so many patients. It knows no patient: two
different pictures may still be of one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from seg_core.frames import resize_plane

SIDE = 32
"""Pixels of the thumbnails that are compared."""

ALIKE = 0.98
"""Correlation of two thumbnails from which on they show one picture.

Measured on 1,200 images of the four-class set: copies reach 0.999, copies of other contrast 0.985
and more; no image reaches 0.95 with one of another class. Neighbouring slices of one patient may
reach it too, and say as little that is new.
"""

ROWS = 512
"""Thumbnails compared with all others at a time."""


def thumbnail(image: np.ndarray) -> np.ndarray:
    """uint8 or uint16 (h, w, 1) -> float32 (SIDE * SIDE,), mean 0 and length 1; 0 where flat."""
    plane = np.ascontiguousarray(image[..., 0], np.float32)
    small = resize_plane(plane, SIDE, SIDE).ravel()
    centred = small - small.mean()
    length = float(np.linalg.norm(centred))
    return centred / np.float32(length) if length > 0 else np.zeros_like(centred)


def picture_numbers(thumbnails: Sequence[np.ndarray], classes: Sequence[str]) -> list[int]:
    """A number an image, from 0; images of one class that show the same picture share it.

    What A has in common with B and B with C, A has with C. Mirrored left to right counts.
    """
    numbers = np.zeros(len(thumbnails), int)
    first = 0
    for name in dict.fromkeys(classes):
        at = [i for i, one in enumerate(classes) if one == name]
        found = _groups(np.stack([thumbnails[i] for i in at]))
        numbers[at] = first + found
        first += int(found.max()) + 1
    return [int(number) for number in numbers]


def different_pictures(numbers: Sequence[int]) -> int:
    """How many pictures there are among some images."""
    return len(set(numbers))


def effective_number(numbers: Sequence[int]) -> float:
    """How many independent images these are worth when copies say nothing new (Kish 1965).

    n for n different pictures, 1 for n copies of one, 0 for none.
    """
    if not len(numbers):
        return 0.0
    _, copies = np.unique(np.asarray(numbers), return_counts=True)
    return float(copies.sum() ** 2 / (copies.astype(float) ** 2).sum())


def _groups(thumbnails: np.ndarray) -> np.ndarray:
    """float32 (n, SIDE * SIDE) -> int (n,), numbers of connected groups from 0."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(thumbnails)
    mirrored = thumbnails.reshape(n, SIDE, SIDE)[:, :, ::-1].reshape(n, -1)
    pairs = []
    for start in range(0, n, ROWS):
        part = thumbnails[start : start + ROWS]
        alike = np.maximum(part @ thumbnails.T, part @ mirrored.T) >= ALIKE
        rows, columns = np.nonzero(alike)
        pairs.append((rows + start, columns))
    rows, columns = (np.concatenate(some) for some in zip(*pairs, strict=True))
    graph = coo_array((np.ones(len(rows), bool), (rows, columns)), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1])
