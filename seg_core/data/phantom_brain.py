"""Anatomy of the phantom: distances to its surfaces and the lesion. It knows no contrast.

Lengths are in half image sides (1.0 = 128 pixels of 256): x to the right, y down (front is
up), z up. A distance is positive inside. It is a drawing of a brain, not a model of one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import ndimage, sparse

BOTTOM, TOP = -0.26, 0.76
"""z of the first and last slice: from the thalamus to below the vertex, no skull base."""

VERTEX = 0.95
"""z of the top of the head."""

SCALP, SKULL, CSF_GAP = 0.055, 0.050, 0.018
"""Thickness of the layers around the brain."""

SULCUS_DEPTH = 0.20


class Point(NamedTuple):
    x: float
    y: float
    z: float


@dataclass(frozen=True)
class Grid:
    """Coordinates of all pixels, each float32 broadcastable to (n, size, size)."""

    x: np.ndarray
    y: np.ndarray
    z: np.ndarray

    @property
    def size(self) -> int:
        return int(self.x.shape[-1])

    @property
    def shape(self) -> tuple[int, int, int]:
        return len(self.z), self.size, self.size


@dataclass(frozen=True)
class Anatomy:
    """Distances, float32 (n, size, size), positive inside.

    head: to the skin. brain: to the brain's outer hull. fluid: how far a point of the brain
    is from fluid outside it (hull, sulci, the fissure). ventricles, deep grey, lesion: theirs.
    """

    head: np.ndarray
    brain: np.ndarray
    fluid: np.ndarray
    ventricles: np.ndarray
    deep_grey: np.ndarray
    lesion: np.ndarray


def make_grid(rng: np.random.Generator, slices: int, size: int) -> Grid:
    """A grid turned and moved a little in the plane, as patients lie."""
    axis = (np.arange(size, dtype=np.float32) + 0.5) / (size / 2) - 1
    z = np.linspace(BOTTOM, TOP, slices, dtype=np.float32) if slices > 1 else np.zeros(1, "f4")
    angle = np.deg2rad(rng.uniform(-6, 6))
    right = axis[None, None, :] - np.float32(rng.uniform(-0.04, 0.04))
    down = axis[None, :, None] - np.float32(rng.uniform(-0.05, 0.03))
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    return Grid(cos * right + sin * down, cos * down - sin * right, z[:, None, None])


def noise(
    rng: np.random.Generator, grid: Grid, length: float, along: float | None = None
) -> np.ndarray:
    """Smooth noise of mean 0 and deviation 1, float32 (n, size, size).

    length: its grain in the plane; along: across slices, the same unless given. It is a
    function of place alone: more slices or pixels show the same head more finely.
    """
    across = _smoothing(np.linspace(-1.1, 1.1, grid.size, dtype=np.float32), length)
    through = _smoothing(grid.z.ravel(), along or length)
    seed, cells = int(rng.integers(2**63)), across.shape[1]
    needed = np.unique(through.indices)  # planes of cells far from every slice are not drawn
    drawn = [np.random.default_rng([seed, z]).standard_normal((cells, cells), "f4") for z in needed]
    planes = _weigh(through[:, needed], np.stack(drawn), 0)
    return _weigh(across, _weigh(across, planes, 1), 2)


def _smoothing(at: np.ndarray, length: float) -> sparse.csr_array:
    """(points, cells): Gaussian weights of white-noise cells, so scaled that variance stays 1."""
    cells = np.arange(-1.2 - 3 * length, 1.2 + 3 * length, length, dtype=np.float32)
    away = (at[:, None] - cells) / length
    weights = np.where(np.abs(away) < 3, np.exp(-0.5 * away**2), np.float32(0))
    weights /= np.sqrt((weights**2).sum(axis=1, keepdims=True))
    return sparse.csr_array(weights.astype(np.float32))


def _weigh(weights: sparse.csr_array, field: np.ndarray, axis: int) -> np.ndarray:
    """The field with its cells along one axis replaced by points."""
    first = np.moveaxis(field, axis, 0)
    points = weights @ first.reshape(len(first), -1)
    return np.moveaxis(points.reshape(-1, *first.shape[1:]), 0, axis)


def make_anatomy(rng: np.random.Generator, grid: Grid) -> Anatomy:
    """A head of its own proportions, with one lesion that at least one slice shows."""
    head = _head(rng, grid)
    hull = head - SCALP - SKULL - CSF_GAP * (1 + 0.5 * noise(rng, grid, 0.10))
    fluid = np.minimum(hull, np.minimum(_sulci(rng, grid, hull), _fissure(rng, grid)))
    swelling = rng.uniform(0.8, 1.35)
    ventricles = _ventricles(grid, swelling) + 0.006 * noise(rng, grid, 0.08)
    deep_grey = _deep_grey(grid) + 0.012 * noise(rng, grid, 0.06)
    lesion = _lesion(rng, grid, hull, ventricles)
    return Anatomy(head, hull, fluid, ventricles, deep_grey, lesion)


def _ellipsoid(grid: Grid, centre: Point, radii: Point, turned: float = 0.0) -> np.ndarray:
    """Distance to an ellipsoid, about right near its surface; `turned` in radians, in plane."""
    x, y = grid.x - centre.x, grid.y - centre.y
    cos, sin = np.float32(np.cos(turned)), np.float32(np.sin(turned))
    across, along = cos * x + sin * y, cos * y - sin * x
    far = np.sqrt(
        (across / radii.x) ** 2 + (along / radii.y) ** 2 + ((grid.z - centre.z) / radii.z) ** 2
    )
    return np.asarray((1 - far) * min(radii), np.float32)


def _head(rng: np.random.Generator, grid: Grid) -> np.ndarray:
    width, length = rng.uniform(0.63, 0.69), rng.uniform(0.80, 0.86)
    egg = 1 + 0.10 * grid.y  # narrower at the front
    flat = (grid.x / (width * egg)) ** 2 + (grid.y / length) ** 2
    far = np.sqrt(flat + np.abs(grid.z / VERTEX) ** 4)  # a dome: steep sides, flat top
    wobble = 0.010 * noise(rng, grid, 0.25)
    return np.asarray((1 - far) * 0.72 + wobble, np.float32)


def _sulci(rng: np.random.Generator, grid: Grid, hull: np.ndarray) -> np.ndarray:
    """How far from the folds: the zero surfaces of smooth noise, as deep as they go."""
    field = noise(rng, grid, 0.045, along=0.10)
    slopes = np.gradient(field, 2 / grid.size, axis=(1, 2))
    beside = np.abs(field) / np.maximum(np.hypot(*slopes), 5.0)
    depth = SULCUS_DEPTH * (0.85 + 0.35 * noise(rng, grid, 0.12))
    width = 0.005 + 0.005 * noise(rng, grid, 0.10)
    return np.asarray(np.hypot(beside, np.maximum(hull - depth, 0)) - width, np.float32)


def _fissure(rng: np.random.Generator, grid: Grid) -> np.ndarray:
    """How far from the plane between the hemispheres; closed around the corpus callosum."""
    beside = np.abs(grid.x + 0.008 * noise(rng, grid, 0.15))
    inner = 1 - np.sqrt((grid.y / 0.46) ** 2 + (np.maximum(grid.z + 0.05, 0) / 0.34) ** 2)
    return np.asarray(np.hypot(beside, np.maximum(inner, 0) * 0.4) - 0.009, np.float32)


def _ventricles(grid: Grid, swelling: float) -> np.ndarray:
    parts = [_ellipsoid(grid, Point(0, 0.04, -0.12), Point(0.016, 0.10, 0.14))]
    for side in (-1, 1):
        front = Point(0.042 * swelling, 0.155, 0.17)
        back = Point(0.040 * swelling, 0.175, 0.15)
        parts.append(_ellipsoid(grid, Point(side * 0.080, -0.17, 0.06), front, side * 0.28))
        parts.append(_ellipsoid(grid, Point(side * 0.135, 0.20, 0.08), back, side * -0.38))
        body = Point(0.034 * swelling, 0.20, 0.07)
        parts.append(_ellipsoid(grid, Point(side * 0.085, 0.02, 0.18), body, side * -0.06))
    return np.maximum.reduce(parts)


def _deep_grey(grid: Grid) -> np.ndarray:
    parts = []
    for side in (-1, 1):
        parts.append(_ellipsoid(grid, Point(side * 0.145, -0.15, 0.05), Point(0.045, 0.10, 0.15)))
        parts.append(
            _ellipsoid(grid, Point(side * 0.25, -0.03, -0.04), Point(0.06, 0.16, 0.14), side * 0.2)
        )
        parts.append(_ellipsoid(grid, Point(side * 0.10, 0.09, -0.08), Point(0.075, 0.11, 0.13)))
    return np.maximum.reduce(parts)


def _lesion(
    rng: np.random.Generator, grid: Grid, hull: np.ndarray, ventricles: np.ndarray
) -> np.ndarray:
    """One connected lesion in one hemisphere, lobed and ragged."""
    side = rng.choice([-1, 1])
    at = _near_a_slice(grid, rng.uniform(0.0, 0.45))
    room = float(np.sqrt(max(1 - (at / VERTEX) ** 4, 0.3)))  # the head is narrower further up
    centre = Point(side * room * rng.uniform(0.24, 0.36), room * rng.uniform(-0.40, 0.40), at)
    radius = rng.uniform(0.15, 0.23)
    radii = Point(*(radius * rng.uniform(0.8, 1.25, 3)))
    ball = _ellipsoid(grid, centre, radii, rng.uniform(-1, 1))
    lobed = ball + radius * (0.18 * noise(rng, grid, 0.10) + 0.10 * noise(rng, grid, 0.04))
    ragged = lobed + 0.06 * radius * noise(rng, grid, 0.016, along=0.05)
    own_side = side * grid.x - 0.05 + 0.022 * noise(rng, grid, 0.06)
    inside = np.minimum(np.minimum(ragged, own_side), np.minimum(hull, -ventricles) - 0.01)
    labels, _ = ndimage.label(inside >= 0)
    here = labels[labels > 0]
    largest = int(np.bincount(here).argmax()) if here.size else 0
    return np.where((labels == largest) | (inside < 0), inside, -1.0).astype(np.float32)


def _near_a_slice(grid: Grid, z: float) -> float:
    """`z`, or the nearest slice's where that is so far that no slice might show the lesion."""
    nearest = float(grid.z.ravel()[np.abs(grid.z.ravel() - z).argmin()])
    return nearest if abs(nearest - z) > 0.05 else z
