"""DICOM series become a study: slices by their place in the patient, as they were taken.

Single frames and enhanced multi-frame MR. It reads geometry, values and the series' description; of
whose they are it reads nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import numpy as np

from seg_core.errors import ImageRefused
from seg_core.geometry import plane_of
from seg_core.readers.assemble import put_together
from seg_core.readers.dicom_series import read_dicom
from seg_core.readers.limits import MAX_STUDY_BYTES, check_declared
from seg_core.readers.numbering import MISSING
from seg_core.readers.planes import UNKNOWN_SIDES, pixel_notes, plane_notes
from seg_core.readers.sequence import channel_names, sequence_notes
from seg_core.readers.values import whole_numbers
from seg_core.readers.volume import cut, long_axis
from seg_core.study import Note, Skipped, Study

Bytes = Callable[[str], bytes]
"""A file's name -> its bytes. Raises ImageRefused."""

LPS = np.array([-1.0, -1.0, 1.0])
"""DICOM's directions (to the patient's Left, Posterior, Head; PS3.3 C.7.6.2.1.1) times this are
the (R, A, S) of `geometry`."""

ALIKE = 0.02
"""How far a component of two slices' directions may differ to be of one stack: about a degree."""

SAME_PLACE_MM = 0.01

GAP = 1.5
"""A step between two slices over so many usual ones leaves room for a missing slice."""


Directions = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, eq=False)
class Frame:
    """One slice of a series. values: real, (height, width), after the rescale of its file.

    directions: of a row and of a column, (R, A, S); position: its first pixel's centre,
    millimetres; None where the file does not state them. pixel_mm: (row, column).
    white_is_low: high values are black (MONOCHROME1).
    """

    name: str
    number: int
    values: np.ndarray
    directions: Directions | None
    position: np.ndarray | None
    pixel_mm: tuple[float, float] | None
    slice_mm: float | None
    description: str
    white_is_low: bool


def open_dicom(
    name: str, source: str, files: Sequence[str], read: Bytes, skipped: Sequence[Skipped] = ()
) -> Study:
    """The study that `files` of one series make. Raises NothingToRead when no slice is left.

    What is not an MR image of the stack that most are of is in `skipped`.
    """
    frames, lost = _read_all(files, read)
    frames, other = _one_stack(frames)
    frames, odd = _one_size(frames)
    frames, twice = _in_order(frames)
    lost = [*skipped, *lost, *other, *odd, *twice]
    if not frames:
        nothing: dict[str, np.ndarray] = {}
        return put_together(name, source, [], [], nothing.__getitem__, lost)
    values = np.stack([frame.values for frame in frames])
    if frames[0].white_is_low:
        values = values.max() - values
    whole, value_notes = whole_numbers(values)
    names, description = [frame.name for frame in frames], frames[0].description
    spacing, gaps = _spacing(frames)
    grid = _grid(frames, spacing)
    if grid is not None and not gaps and _may_be_cut_anew(spacing, grid):
        volume = cut(whole.transpose(2, 1, 0), np.vstack([grid, [0, 0, 0, 1]]))
        value_notes = (*value_notes, _cut_anew(grid))
        whole, spacing, grid = volume.slices, volume.spacing_mm, volume.grid
        names = [f"{name}_{k:03}.dcm" for k in range(1, len(whole) + 1)]
    planes = {file: plane[..., None] for file, plane in zip(names, whole, strict=True)}
    study = put_together(name, source, names, [], planes.__getitem__, lost)
    return replace(
        study,
        channels=channel_names(description),
        spacing_mm=spacing,
        grid=grid,
        notes=(
            *study.notes,
            *value_notes,
            *gaps,
            *pixel_notes(spacing),
            *sequence_notes(description),
            *(plane_notes(grid) if grid is not None else (UNKNOWN_SIDES,)),
        ),
    )


OTHER_STACK = (
    "expected a slice parallel to most of its series, found another direction. Open it alone."
)
OTHER_SIZE = (
    "expected {width} x {height} pixels as most slices of this series, found another size. "
    "Open it alone."
)
SAME_PLACE = (
    "expected one slice a place in the patient, found a second; the first by its number is kept."
)


def _may_be_cut_anew(spacing: tuple[float, float, float] | None, grid: np.ndarray) -> bool:
    """Whether it was taken in other planes than axial, in voxels short enough for axial ones."""
    return (
        spacing is not None and plane_of(grid) != "axial" and long_axis(np.array(spacing)) is None
    )


def _cut_anew(taken: np.ndarray) -> Note:
    words = f"Taken in {plane_of(taken)} planes of short voxels, shown in axial ones."
    return Note("cut anew", words)


def frames_of(data: bytes, name: str) -> list[Frame]:
    """The slices of one file, at least one. Raises ImageRefused; sizes are looked at first."""
    try:
        dataset = read_dicom()(BytesIO(data))
        _check(dataset, name)
        return _frames(dataset, name)
    except ImageRefused:
        raise
    except Exception as error:  # damaged data makes the library raise whatever there is
        raise ImageRefused(
            name,
            expected="a whole DICOM image",
            found=f"one that cannot be read ({(str(error).splitlines() or [''])[0][:160]})",
            do="The file is damaged, truncated or of a rare compression: export it again.",
        ) from error


def _check(dataset: Any, name: str) -> None:
    modality = str(dataset.get("Modality", "MR") or "MR")
    if modality != "MR":
        raise _refused(name, "MR", f"a file of modality {modality}", "Give the MR series.")
    if "PixelData" not in dataset:
        raise _refused(name, "pixels", "none in it", "Export the images of the series.")
    rows, columns = int(dataset.Rows), int(dataset.Columns)
    check_declared(name, columns, rows)
    if int(dataset.get("SamplesPerPixel", 1)) != 1:
        raise _refused(
            name, "grey pixels", "colours (a screen shot?)", "Give the series as it was taken."
        )
    bytes_each = max(1, int(dataset.BitsAllocated) // 8)
    if rows * columns * bytes_each * _count(dataset) > MAX_STUDY_BYTES:
        raise _refused(
            name, f"at most {MAX_STUDY_BYTES:,} bytes of pixels", "a header with more", "Split it."
        )


def _count(dataset: Any) -> int:
    return int(dataset.get("NumberOfFrames", 1) or 1)


def _frames(dataset: Any, name: str) -> list[Frame]:
    count = _count(dataset)
    stored = dataset.pixel_array.reshape(count, int(dataset.Rows), int(dataset.Columns))
    description = str(dataset.get("SeriesDescription", "") or "").strip()
    number = int(dataset.get("InstanceNumber", 0) or 0)
    digits = max(3, len(str(count)))
    white_is_low = dataset.get("PhotometricInterpretation") == "MONOCHROME1"
    stem = name.removesuffix(".dcm")
    found = []
    for k in range(count):
        directions, position = _place(dataset, k)
        pixel_mm = _floats(_said(dataset, k, "PixelMeasuresSequence", "PixelSpacing"), 2)
        apart = _said(dataset, k, "PixelMeasuresSequence", "SpacingBetweenSlices")
        thick = _said(dataset, k, "PixelMeasuresSequence", "SliceThickness")
        found.append(
            Frame(
                name=name if count == 1 else f"{stem}_{k + 1:0{digits}}.dcm",
                number=number if count == 1 else k + 1,
                values=_values(stored[k], dataset, k, white_is_low),
                directions=directions,
                position=position,
                pixel_mm=None if pixel_mm is None else (float(pixel_mm[0]), float(pixel_mm[1])),
                slice_mm=float(apart or thick) if apart or thick else None,
                description=description,
                white_is_low=white_is_low,
            )
        )
    return found


def _values(stored: np.ndarray, dataset: Any, k: int, white_is_low: bool) -> np.ndarray:
    """Stored values after the rescale of their frame; padding is as black as the blackest."""
    slope = float(_said(dataset, k, "PixelValueTransformationSequence", "RescaleSlope") or 1)
    shift = float(_said(dataset, k, "PixelValueTransformationSequence", "RescaleIntercept") or 0)
    values = stored if (slope, shift) == (1, 0) else stored * np.float64(slope) + shift
    padding = dataset.get("PixelPaddingValue")
    padded = stored == padding if isinstance(padding, int) else np.zeros(1, bool)
    if padded.any() and not padded.all():
        seen = values[~padded]
        values = np.where(padded, seen.max() if white_is_low else seen.min(), values)
    return values


def _place(dataset: Any, k: int) -> tuple[Directions | None, np.ndarray | None]:
    """(directions, position), (R, A, S); no directions where they are not at right angles."""
    turned = _floats(_said(dataset, k, "PlaneOrientationSequence", "ImageOrientationPatient"), 6)
    position = _floats(_said(dataset, k, "PlanePositionSequence", "ImagePositionPatient"), 3)
    directions = None
    if turned is not None:
        row, column = turned[:3] * LPS, turned[3:] * LPS
        off = np.array([np.linalg.norm(row) - 1, np.linalg.norm(column) - 1, row @ column])
        directions = (row, column) if np.abs(off).max() <= ALIKE else None
    return directions, None if position is None else position * LPS


def _said(dataset: Any, k: int, sequence: str, keyword: str) -> Any:
    """A value of frame k: of an enhanced file's functional groups, the frame's own before those
    that all share (PS3.3, C.7.6.16), or of the file itself."""
    groups = [
        *list(dataset.get("PerFrameFunctionalGroupsSequence", []) or [])[k : k + 1],
        *list(dataset.get("SharedFunctionalGroupsSequence", []) or [])[:1],
    ]
    for group in groups:
        for item in group.get(sequence, []) or []:
            if item.get(keyword) is not None:
                return item.get(keyword)
    return dataset.get(keyword)


def _floats(values: Any, count: int) -> np.ndarray | None:
    try:
        found = np.array([float(value) for value in values])
    except (TypeError, ValueError):
        return None
    return found if len(found) == count and np.isfinite(found).all() else None


def _read_all(files: Sequence[str], read: Bytes) -> tuple[list[Frame], list[Skipped]]:
    """What could be read, and what not. Stops taking in pixels at MAX_STUDY_BYTES."""
    frames: list[Frame] = []
    skipped = []
    room = MAX_STUDY_BYTES
    for file in files:
        try:
            found = frames_of(read(file), file)
            room -= sum(frame.values.nbytes for frame in found)
            if room < 0:
                raise _refused(
                    file, f"at most {MAX_STUDY_BYTES:,} bytes in a study", "more", "Open parts."
                )
        except ImageRefused as error:
            skipped.append(Skipped(file, error.reason))
        else:
            frames += found
    return frames, skipped


def _one_stack(frames: Sequence[Frame]) -> tuple[list[Frame], list[Skipped]]:
    """Those that lie as most do; a localizer's three planes are three stacks."""
    stacks: list[list[Frame]] = []
    for frame in frames:
        alike = next((stack for stack in stacks if _parallel(stack[0], frame)), None)
        if alike is None:
            stacks.append(alike := [])
        alike.append(frame)
    if not stacks:
        return [], []
    kept = max(stacks, key=len)
    return kept, [
        Skipped(frame.name, OTHER_STACK) for stack in stacks if stack is not kept for frame in stack
    ]


def _one_size(frames: Sequence[Frame]) -> tuple[list[Frame], list[Skipped]]:
    """Those of the size that most have."""
    if not frames:
        return [], []
    usual = Counter(frame.values.shape for frame in frames).most_common(1)[0][0]
    kept = [frame for frame in frames if frame.values.shape == usual]
    reason = OTHER_SIZE.format(height=usual[0], width=usual[1])
    return kept, [Skipped(f.name, reason) for f in frames if f.values.shape != usual]


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
        wide = [k for k, step in enumerate(steps, 1) if step > GAP * between]
        if wide:
            places = ", ".join(str(k) for k in wide[:6])
            notes = (
                Note(
                    MISSING,
                    f"More room than between others after slice {places}: slices seem to be "
                    "missing, by their places in the patient.",
                ),
            )
    if between is None or first.pixel_mm is None:
        return None, notes
    return (round(between, 4), *first.pixel_mm), notes


def _grid(frames: Sequence[Frame], spacing: tuple[float, float, float] | None) -> np.ndarray | None:
    """See `geometry`; slices are taken to lie evenly from the first to the last."""
    first, last = frames[0], frames[-1]
    if first.directions is None or first.position is None or spacing is None:
        return None
    row, column = first.directions
    between, down, along = spacing
    step = _normal(first.directions) * between
    if len(frames) > 1 and last.position is not None:
        step = (last.position - first.position) / (len(frames) - 1)
    return np.column_stack([row * along, column * down, step, first.position])


def _refused(name: str, expected: str, found: str, do: str) -> ImageRefused:
    return ImageRefused(name, expected=expected, found=found, do=do)
