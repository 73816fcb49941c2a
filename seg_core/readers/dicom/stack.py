"""Slices of one DICOM series in their order, as numbers on a grid. It reads no file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seg_core.geometry import plane_of
from seg_core.readers.dicom.frames import ALIKE, Directions, Frame
from seg_core.readers.names import numbered
from seg_core.readers.numbering import MISSING, NAMED
from seg_core.readers.values import whole_numbers
from seg_core.readers.volume import cut, long_axis
from seg_core.study import Note, Skipped

SAME_PLACE_MM = 0.01

EVEN = 0.02
"""Share of the usual step by which a step, between slices or pixels, may differ to be alike."""

Spacing = tuple[float, float]
"""(row, column), millimetres."""

UPRIGHT = 0.99
"""Of a voxel's volume over the product of its sides: above it these are at right angles."""

CUT_ANEW = "cut anew"
"""Kind of the note of a study whose slices are none of its files', whatever they are called."""

MOST_STACKS = 32
"""Directions that are told apart; a real series has one, a localizer three."""

GAP = 1.5
"""A step between two slices over so many usual ones leaves room for a missing slice."""


@dataclass(frozen=True, eq=False)
class Stack:
    """A series put in order. slices: uint8 or uint16, (n, height, width); files: their names.

    grid: see `geometry`; None, as spacing_mm, where the files do not state it. evenly: whether
    steps between slices are alike.
    """

    files: tuple[str, ...]
    slices: np.ndarray
    description: str
    spacing_mm: tuple[float, float, float] | None
    grid: np.ndarray | None
    evenly: bool
    skipped: tuple[Skipped, ...]
    notes: tuple[Note, ...]


def stack_of(name: str, frames: Sequence[Frame]) -> Stack:
    """The slices of a series called `name`, at least one, that lie as most of them do.

    Taken in other planes than axial with voxels short enough, it is cut anew into axial ones.
    """
    kept, other = _one_stack(frames)
    kept, odd = _one_form(kept)
    kept, nowhere = _placed(kept)
    kept, twice = _in_order(kept)
    values = np.stack([frame.values for frame in kept])
    if kept[0].white_is_low:
        values = values.max() - values.astype(np.float64)
    slices, notes = whole_numbers(values)
    files = _names(name, kept)
    spacing, steps = _spacing(kept)
    grid = _grid(kept, spacing)
    if grid is not None and not steps and _may_be_cut_anew(grid):
        volume = cut(slices.transpose(2, 1, 0), np.vstack([grid, [0, 0, 0, 1]]))
        notes = (*notes, _cut_anew(grid))
        slices, spacing, grid = volume.slices, volume.spacing_mm, volume.grid
        files = tuple(numbered(name, len(slices), ".dcm"))
    return Stack(
        files=files,
        slices=slices,
        description=kept[0].description,
        spacing_mm=spacing,
        grid=grid,
        evenly=not steps,
        skipped=(*other, *odd, *nowhere, *twice),
        notes=(*notes, *steps),
    )


def _names(name: str, frames: Sequence[Frame]) -> tuple[str, ...]:
    """The files' own names, or numbers where two are the same."""
    files = tuple(frame.name for frame in frames)
    return files if len(set(files)) == len(files) else tuple(numbered(name, len(files), ".dcm"))


OTHER_STACK = (
    "expected a slice parallel to most of its series, found another direction. Open it alone."
)
OTHER_FORM = (
    "expected {width} x {height} pixels{apart} as most slices of this series, found others. "
    "Open it alone."
)
NO_PLACE = (
    "expected its place in the patient, as most slices of this series state it, found none. "
    "Export the series again."
)
SAME_PLACE = (
    "expected one slice a place in the patient, found a second; the first by its number is kept."
)


def _may_be_cut_anew(grid: np.ndarray) -> bool:
    """Whether it was taken in other planes than axial, in voxels short enough for axial ones, and
    straight up: slanted ones stay as they are."""
    sides = np.linalg.norm(grid[:, :3], axis=0)
    upright = abs(np.linalg.det(grid[:, :3] / sides)) > UPRIGHT
    return plane_of(grid) != "axial" and long_axis(sides) is None and bool(upright)


def _cut_anew(taken: np.ndarray) -> Note:
    words = f"Taken in {plane_of(taken)} planes of short voxels, shown in axial ones."
    return Note(CUT_ANEW, words)


def _one_stack(frames: Sequence[Frame]) -> tuple[list[Frame], list[Skipped]]:
    """Those that lie as most do; a localizer's three planes are three stacks."""
    stacks: list[list[Frame]] = []
    for frame in frames:
        alike = next((stack for stack in stacks if _parallel(stack[0], frame)), None)
        if alike is None:
            if len(stacks) < MOST_STACKS:
                stacks.append([])
            alike = stacks[-1]
        alike.append(frame)
    kept = max(stacks, key=len)
    return kept, [
        Skipped(frame.name, OTHER_STACK) for stack in stacks if stack is not kept for frame in stack
    ]


def _one_form(frames: Sequence[Frame]) -> tuple[list[Frame], list[Skipped]]:
    """Those of the size, distance of pixels, and black or white of low values, that most have."""
    (height, width), low = Counter(map(_form, frames)).most_common(1)[0][0]
    alike = [frame for frame in frames if _form(frame) == ((height, width), low)]
    usual = Counter(frame.pixel_mm for frame in alike).most_common(1)[0][0]
    apart = f" {usual[0]:g} x {usual[1]:g} mm apart" if usual else ""
    kept = [frame for frame in alike if _as_far_apart(frame.pixel_mm, usual)]
    reason, there = OTHER_FORM.format(height=height, width=width, apart=apart), set(kept)
    return kept, [Skipped(frame.name, reason) for frame in frames if frame not in there]


def _form(frame: Frame) -> tuple[tuple[int, ...], bool]:
    return frame.values.shape, frame.white_is_low


def _as_far_apart(one: Spacing | None, other: Spacing | None) -> bool:
    if one is None or other is None:
        return one is other
    return np.allclose(one, other, rtol=EVEN)


def _placed(frames: Sequence[Frame]) -> tuple[list[Frame], list[Skipped]]:
    """Without those that state no place in the patient, where most do: their order is not known."""
    there = [frame for frame in frames if frame.position is not None]
    if 2 * len(there) <= len(frames):
        return list(frames), []
    return there, [Skipped(frame.name, NO_PLACE) for frame in frames if frame.position is None]


def _parallel(one: Frame, other: Frame) -> bool:
    if one.directions is None or other.directions is None:
        return one.directions is other.directions
    return np.allclose(one.directions, other.directions, atol=ALIKE)


def _normal(directions: Directions) -> np.ndarray:
    """(R, A, S), towards the head, the front or the right: slices are numbered along it."""
    normal = np.cross(*directions)
    return normal if normal[np.abs(normal).argmax()] > 0 else -normal


def _in_order(frames: Sequence[Frame]) -> tuple[list[Frame], list[Skipped]]:
    """By place in the patient where all state one, else by number; one slice a place."""
    by_number = sorted(frames, key=lambda frame: frame.number)
    heights = _heights(by_number)
    if heights is None:
        return by_number, []
    kept: list[Frame] = []
    skipped = []
    last = -np.inf
    for k in np.argsort(heights, kind="stable"):
        if heights[k] - last < SAME_PLACE_MM:
            skipped.append(Skipped(by_number[k].name, SAME_PLACE))
        else:
            kept.append(by_number[k])
            last = heights[k]
    return kept, skipped


def _heights(frames: Sequence[Frame]) -> np.ndarray | None:
    """float (n,): millimetres along the slices' normal; None where a frame does not say."""
    if not frames or frames[0].directions is None:
        return None
    positions = [frame.position for frame in frames if frame.position is not None]
    if len(positions) < len(frames):
        return None
    return np.stack(positions) @ _normal(frames[0].directions)


def _spacing(
    frames: Sequence[Frame],
) -> tuple[tuple[float, float, float] | None, tuple[Note, ...]]:
    """(between slices, row, column) in millimetres, and a note where a step is too long."""
    first = frames[0]
    between = first.slice_mm
    notes: tuple[Note, ...] = ()
    heights = _heights(frames)
    if heights is not None and len(frames) > 1:
        steps = np.diff(heights)
        between = float(np.median(steps))
        notes = _step_notes(steps, between) or _shift_notes(frames, between)
    if between is None or first.pixel_mm is None:
        return None, notes
    return (round(between, 4), *first.pixel_mm), notes


def _step_notes(steps: np.ndarray, usual: float) -> tuple[Note, ...]:
    """What is wrong with steps of so many millimetres; nothing where all are alike."""
    if np.abs(steps - usual).max() <= EVEN * usual + SAME_PLACE_MM:
        return ()
    wide = np.flatnonzero(steps > GAP * usual) + 1
    if not len(wide):
        said = f"{steps.min():.3g} to {steps.max():.3g} mm from slice to slice: volumes are rough."
        return (Note("uneven", said),)
    places = ", ".join(map(str, wide[:NAMED]))
    words = (
        f"More room than between others after slice {places}: slices seem to be missing, by their "
        "places in the patient."
    )
    return (Note(MISSING, words),)


def _shift_notes(frames: Sequence[Frame], usual: float) -> tuple[Note, ...]:
    """Said where slices do not lie on one straight line."""
    places = np.stack([frame.position for frame in frames if frame.position is not None])
    straight = np.linspace(places[0], places[-1], len(places))
    off = np.linalg.norm(places - straight, axis=1).max()
    if off <= EVEN * usual + SAME_PLACE_MM:
        return ()
    return (Note("uneven", f"Slices lie up to {off:.3g} mm beside one another."),)


def _grid(frames: Sequence[Frame], spacing: tuple[float, float, float] | None) -> np.ndarray | None:
    """See `geometry`; slices are taken to lie evenly from the first to the last."""
    first, last = frames[0], frames[-1]
    if first.directions is None or first.position is None or spacing is None:
        return None
    if any(frame.position is None for frame in frames):
        return None
    row, column = first.directions
    between, down, along = spacing
    step = _normal(first.directions) * between
    if len(frames) > 1 and last.position is not None:
        step = (last.position - first.position) / (len(frames) - 1)
    return np.column_stack([row * along, column * down, step, first.position])
