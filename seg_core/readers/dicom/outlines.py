"""Ground truth from DICOM segmentations: what people drew, on the voxels of the study it is of.

What a program segmented by itself is no truth, nor is anything but tissue and what is abnormal of
it. It registers and interpolates nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
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

CATEGORIES = frozenset({"49755003", "M-01000", "85756007", "T-D0050"})
"""Of what a segment shows (PS3.16, CID 7150): what is morphologically abnormal, and tissue, which
programs for drawing say of whatever is drawn; by SNOMED CT and by its older numbers."""

OFF = 0.25
"""Of a voxel: how far a pixel may lie beside the study's to be taken for it."""

UNLIKE = 0.1
"""Of a voxel: by how much a step between pixels may differ from one of the study's."""

AT_A_TIME = 1_000_000
"""Pixels whose places are worked out at once, for memory."""

EXPORT_AGAIN = "The study is kept without truth; export the segmentation again."
RESAMPLE = "The study is kept without truth; resample the segmentation to its series."


@dataclass(frozen=True, eq=False)
class Drawn:
    """One frame of one segment. mask: bool (rows, columns); the rest as of a `Frame`."""

    mask: np.ndarray
    directions: Directions
    position: np.ndarray
    pixel_mm: tuple[float, float]


def drawn_frames(data: bytes, name: str) -> list[Drawn]:
    """What people drew in a segmentation's file, frames of all its segments. Raises ImageRefused,
    also where there is nothing of the kind."""
    try:
        if not may_be_unpacked(data[:HEAD_BYTES]):
            found = "a deflated file, or one that does not say how it is packed"
            raise refused(name, "a file that is not packed as a whole", found, EXPORT_AGAIN)
        dataset = read_dicom()(BytesIO(data), force=True)
        segments = _drawn_by_people(dataset, name)
        _check(dataset, name)
        say_encoding(dataset)
        return list(_frames(dataset, segments))
    except ImageRefused:
        raise
    except Exception as error:  # damaged data makes the library raise whatever there is
        found = f"one that cannot be read ({one_line(error)})"
        raise refused(name, "a whole DICOM segmentation", found, EXPORT_AGAIN) from error


def drawn_on(
    frames: Sequence[Drawn], grid: np.ndarray, shape: tuple[int, ...], name: str
) -> np.ndarray:
    """bool of `shape` (n, height, width): the voxels of a study's grid that were drawn on in a file
    called `name`. Raises ImageRefused where its pixels lie elsewhere than the study's."""
    truth = np.zeros(shape, bool)
    to_voxel = np.linalg.inv(grid[:, :3])
    last = np.array(shape[::-1])[:, None]
    elsewhere = refused(name, "outlines on the voxels of the series", "others", RESAMPLE)
    for frame in frames:
        steps = to_voxel @ _steps_mm(frame)
        if not _are_steps(steps):
            raise elsewhere
        begin = to_voxel @ (frame.position - grid[:, 3])
        rows, columns = np.nonzero(frame.mask)
        for at in range(0, len(rows), AT_A_TIME):
            some = slice(at, at + AT_A_TIME)
            places = begin[:, None] + steps @ np.stack([columns[some], rows[some]])
            whole = np.rint(places)
            if np.abs(places - whole).max() > OFF:
                raise elsewhere
            there = whole[:, ((whole >= 0) & (whole < last)).all(axis=0)].astype(int)
            truth[there[2], there[1], there[0]] = True
    if not truth.any() and any(frame.mask.any() for frame in frames):
        raise refused(name, "outlines within the series", "all of them beyond it", RESAMPLE)
    return truth


def _steps_mm(frame: Drawn) -> np.ndarray:
    """float (3, 2): to the next column and to the next row, (R, A, S)."""
    (along_row, down_column), (row, column) = frame.directions, frame.pixel_mm
    return np.column_stack([along_row * column, down_column * row])


def _are_steps(steps: np.ndarray) -> bool:
    """Whether both lead to the next voxel along one axis, in voxels."""
    whole = np.rint(steps)
    return bool((np.abs(whole).sum(axis=0) == 1).all() and np.abs(steps - whole).max() <= UNLIKE)


def _drawn_by_people(dataset: Any, name: str) -> set[int]:
    """Numbers of the segments that are truth. Raises ImageRefused where none is."""
    kept = {int(one.SegmentNumber) for one in _drawn(dataset) if _categories(one) & CATEGORIES}
    if not kept:
        expected = "a segment of something abnormal that somebody drew"
        raise refused(name, expected, "none in it", "It is no ground truth.")
    return kept


def is_by_program(header: Any) -> bool:
    """Whether nobody had a hand in any segment of a file, as in what `segment --dicom` writes."""
    return text_of(header, "Modality") == MODALITY and not _drawn(header)


def _drawn(header: Any) -> list[Any]:
    every = header.get("SegmentSequence", ()) or ()
    return [one for one in every if text_of(one, "SegmentAlgorithmType") != AUTOMATIC]


def _categories(segment: Any) -> set[str]:
    said = segment.get("SegmentedPropertyCategoryCodeSequence", ()) or ()
    return {text_of(one, "CodeValue") for one in said}


def _check(dataset: Any, name: str) -> None:
    """Raises ImageRefused for what is not counted as pixels here, or is too much."""
    kind = text_of(dataset, "SegmentationType")
    bits = int(dataset.BitsAllocated)
    if kind not in ("BINARY", "FRACTIONAL") or bits not in (1, 8):
        found = f"{kind or 'another'} in {bits} bits"
        raise refused(name, "a binary or fractional segmentation", found, EXPORT_AGAIN)
    rows, columns, count = int(dataset.Rows), int(dataset.Columns), count_of(dataset)
    check_declared(name, columns, rows)
    needs = rows * columns * count * np.float32().itemsize  # as a series of this size
    if not 1 <= count <= MAX_ENTRIES or needs > MAX_STUDY_BYTES:
        expected = f"at most {MAX_STUDY_BYTES:,} bytes of pixels"
        raise refused(name, expected, "a header with more", EXPORT_AGAIN)


def _frames(dataset: Any, segments: Collection[int]) -> Iterator[Drawn]:
    """Raises ValueError where a frame does not say where it lies."""
    count = count_of(dataset)
    stored = stored_pixels(dataset, count)
    half = 1.0
    if text_of(dataset, "SegmentationType") == "FRACTIONAL":
        half = (number_of(dataset, "MaximumFractionalValue") or 255) / 2
    said = Said(dataset)
    for k in range(count):
        if said.of(k, "SegmentIdentificationSequence", "ReferencedSegmentNumber") not in segments:
            continue
        (directions, position), pixel_mm = place_of(said, k), pixel_mm_of(said, k)
        if directions is None or position is None or pixel_mm is None:
            raise ValueError(f"frame {k + 1} does not say where it lies")
        yield Drawn(stored[k] >= half, directions, position, pixel_mm)
