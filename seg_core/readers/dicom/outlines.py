"""Ground truth from DICOM segmentations: what people drew, on the voxels of the study it is of.

What a program segmented by itself is no truth. It registers and interpolates nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np

from seg_core.errors import ImageRefused
from seg_core.readers.dicom.frames import (
    Directions,
    Said,
    count_of,
    pixel_mm_of,
    place_of,
    refused,
    say_encoding,
)
from seg_core.readers.dicom.header import (
    HEAD_BYTES,
    may_be_unpacked,
    number_of,
    read_dicom,
    text_of,
)
from seg_core.readers.dicom.pixels import stored_pixels
from seg_core.readers.image import one_line
from seg_core.readers.limits import MAX_ENTRIES, MAX_STUDY_BYTES, check_declared

MODALITY = "SEG"

AUTOMATIC = "AUTOMATIC"
"""Of SegmentAlgorithmType (PS3.3, C.8.20.2): nobody had a hand in it."""

OFF = 0.25
"""Of a voxel: how far a pixel may lie beside the study's to be taken for it."""

UNLIKE = 0.1
"""Of a voxel: by how much a step between pixels may differ from one of the study's."""

EXPORT_AGAIN = "The study is kept without truth; export the segmentation again."


@dataclass(frozen=True, eq=False)
class Drawn:
    """One frame of one segment. mask: bool (rows, columns); the rest as of a `Frame`."""

    mask: np.ndarray
    directions: Directions
    position: np.ndarray
    pixel_mm: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Outlines:
    """What people drew in one file: frames of all their segments, and what they called these."""

    frames: tuple[Drawn, ...]
    labels: tuple[str, ...]


def outlines_of(data: bytes, name: str) -> Outlines:
    """Of a segmentation's file. Raises ImageRefused, also where only a program drew."""
    try:
        if not may_be_unpacked(data[:HEAD_BYTES]):
            found = "a deflated file, or one that does not say how it is packed"
            raise refused(name, "a file that is not packed as a whole", found, EXPORT_AGAIN)
        dataset = read_dicom()(BytesIO(data), force=True)
        segments = _drawn_by_people(dataset, name)
        _check(dataset, name)
        say_encoding(dataset)
        return Outlines(tuple(_frames(dataset, segments)), tuple(segments.values()))
    except ImageRefused:
        raise
    except Exception as error:  # damaged data makes the library raise whatever there is
        found = f"one that cannot be read ({one_line(error)})"
        raise refused(name, "a whole DICOM segmentation", found, EXPORT_AGAIN) from error


def drawn_on(
    outlines: Outlines, grid: np.ndarray | None, shape: tuple[int, int, int], name: str
) -> np.ndarray:
    """bool of `shape` (n, height, width): the voxels of a study's grid within the outlines of a
    file called `name`. Raises ImageRefused where its pixels lie elsewhere than the study's."""
    if grid is None:
        raise refused(name, "a series that says where it lies", "none", EXPORT_AGAIN)
    truth = np.zeros(shape, bool)
    to_voxel = np.linalg.inv(grid[:, :3])
    last = np.array(shape[::-1])[:, None]
    for frame in outlines.frames:
        along_row, down_column = (
            direction * mm
            for direction, mm in zip(frame.directions, frame.pixel_mm[::-1], strict=True)
        )
        steps = to_voxel @ np.column_stack([along_row, down_column])
        rows, columns = np.nonzero(frame.mask)
        begin = to_voxel @ (frame.position - grid[:, 3])
        places = begin[:, None] + steps @ np.stack([columns, rows])
        whole = np.rint(places)
        beside = np.abs(places - whole).max(initial=0)
        if np.abs(steps - np.rint(steps)).max() > UNLIKE or not _are_steps(steps) or beside > OFF:
            raise refused(name, "outlines on the voxels of the series", "others", OTHER_GRID)
        there = whole[:, ((whole >= 0) & (whole < last)).all(axis=0)].astype(int)
        truth[there[2], there[1], there[0]] = True
    return truth


OTHER_GRID = "The study is kept without truth; resample the segmentation to its series."


def _are_steps(steps: np.ndarray) -> bool:
    """Whether both go to a neighbouring voxel, along an axis."""
    return bool((np.abs(np.rint(steps)).sum(axis=0) == 1).all())


def _drawn_by_people(dataset: Any, name: str) -> dict[int, str]:
    """Number -> label of the segments that are not a program's alone."""
    every = list(dataset.get("SegmentSequence", ()) or ())
    mine = {
        int(one.SegmentNumber): text_of(one, "SegmentLabel") or "unnamed"
        for one in every
        if text_of(one, "SegmentAlgorithmType") != AUTOMATIC
    }
    if not mine:
        found = "one that a program made" if every else "none in it"
        raise refused(name, "a segment that somebody drew", found, "It is no ground truth.")
    return mine


def _check(dataset: Any, name: str) -> None:
    """Raises ImageRefused for what is not counted as pixels here, or is too much."""
    kind = text_of(dataset, "SegmentationType")
    if kind not in ("BINARY", "FRACTIONAL"):
        raise refused(
            name, "a binary or fractional segmentation", f"{kind or 'none'}", EXPORT_AGAIN
        )
    rows, columns, count = int(dataset.Rows), int(dataset.Columns), count_of(dataset)
    check_declared(name, columns, rows)
    if not 1 <= count <= MAX_ENTRIES or rows * columns * count > MAX_STUDY_BYTES:
        expected = f"at most {MAX_STUDY_BYTES:,} pixels"
        raise refused(name, expected, "a header with more", EXPORT_AGAIN)


def _frames(dataset: Any, segments: Mapping[int, str]) -> list[Drawn]:
    """Raises ValueError where a frame does not say where it lies."""
    count = count_of(dataset)
    stored = stored_pixels(dataset, count)
    half = 1.0
    if text_of(dataset, "SegmentationType") == "FRACTIONAL":
        half = (number_of(dataset, "MaximumFractionalValue") or 255) / 2
    said = Said(dataset)
    found = []
    for k in range(count):
        if said.of(k, "SegmentIdentificationSequence", "ReferencedSegmentNumber") not in segments:
            continue
        (directions, position), pixel_mm = place_of(said, k), pixel_mm_of(said, k)
        if directions is None or position is None or pixel_mm is None:
            raise ValueError(f"frame {k + 1} does not say where it lies")
        found.append(Drawn(stored[k] >= half, directions, position, pixel_mm))
    return found
