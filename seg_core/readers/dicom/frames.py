"""The slices of one DICOM file, with where they lie. It puts none in order.

Single frames and enhanced multi-frame MR. It keeps geometry, values and the series' description;
of whose they are it keeps nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np

from seg_core.errors import ImageRefused
from seg_core.geometry import LPS
from seg_core.readers.dicom.header import (
    HEAD_BYTES,
    may_be_unpacked,
    numbers,
    read_dicom,
    text_of,
)
from seg_core.readers.dicom.pixels import stored_pixels
from seg_core.readers.image import one_line
from seg_core.readers.limits import MAX_ENTRIES, MAX_STUDY_BYTES, check_declared
from seg_core.readers.names import numbered

ALIKE = 0.02
"""How far a component of two slices' directions may differ to be of one stack: about a degree."""

SHORTEST_MM, LONGEST_MM = 1e-3, 1e3
"""Of a pixel's side and a step between slices; what else a header says is no length."""

FARTHEST_MM = 1e5
"""From the scanner's centre; what else a header says is no place."""

GREY = ("MONOCHROME1", "MONOCHROME2")

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


def frames_of(data: bytes, name: str) -> list[Frame]:
    """The slices of one file, at least one. Raises ImageRefused; sizes are looked at first."""
    try:
        if not may_be_unpacked(data[:HEAD_BYTES]):
            found = "a deflated file, or one that does not say how it is packed"
            raise refused(name, "a file that is not packed as a whole", found, EXPORT_AGAIN)
        dataset = read_dicom()(BytesIO(data), force=True)
        _check(dataset, name)
        say_encoding(dataset)
        return _frames(dataset, name)
    except ImageRefused:
        raise
    except Exception as error:  # damaged data makes the library raise whatever there is
        found = f"one that cannot be read ({one_line(error)})"
        raise refused(name, "a whole DICOM image", found, EXPORT_AGAIN) from error


def say_encoding(dataset: Any) -> None:
    """A file from before there were preambles does not say how it is packed: as it was read."""
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

    if "TransferSyntaxUID" not in getattr(dataset, "file_meta", {}):
        implicit = dataset.original_encoding[0]
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = (
            ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
        )


EXPORT_AGAIN = "Copy it again, or export it without compression."


def _check(dataset: Any, name: str) -> None:
    modality = text_of(dataset, "Modality")[:16] or "MR"
    if modality != "MR":
        raise refused(name, "MR", f"a file of modality {modality}", "Give the MR series.")
    if "PixelData" not in dataset or "Rows" not in dataset:
        raise refused(name, "pixels", "none in it", "Export the images of the series.")
    rows, columns, count = int(dataset.Rows), int(dataset.Columns), count_of(dataset)
    check_declared(name, columns, rows)
    kind = text_of(dataset, "PhotometricInterpretation")
    if int(dataset.get("SamplesPerPixel", 1)) != 1 or kind not in GREY:
        raise refused(
            name, "grey pixels", "colours (a screen shot?)", "Give the series as it was taken."
        )
    held, used = int(dataset.BitsAllocated), int(dataset.BitsStored)
    if held not in (8, 16, 32) or not 1 <= used <= held:
        raise refused(name, "8, 16 or 32 bits", f"{used} in {held}", EXPORT_AGAIN)
    if (high := dataset.get("HighBit")) is not None and int(high) != used - 1:
        raise refused(
            name,
            "values in their lowest bits",
            "others",
            "Export it in the standard's present form.",
        )
    floats = rows * columns * count * np.float32().itemsize
    if not 1 <= count <= MAX_ENTRIES or floats > MAX_STUDY_BYTES:
        raise refused(
            name,
            f"at most {MAX_STUDY_BYTES:,} bytes of pixels",
            "a header with more",
            "Export it in parts.",
        )


def count_of(dataset: Any) -> int:
    """How many frames a file says that it has."""
    return int(dataset.get("NumberOfFrames", 1) or 1)


def _frames(dataset: Any, name: str) -> list[Frame]:
    count = count_of(dataset)
    stored = stored_pixels(dataset, count)
    description = text_of(dataset, "SeriesDescription")
    number = int(dataset.get("InstanceNumber", 0) or 0)
    names = [name] if count == 1 else frame_names(name, count)
    white_is_low = text_of(dataset, "PhotometricInterpretation") == GREY[0]
    said = Said(dataset)
    found = []
    for k in range(count):
        directions, position = place_of(said, k)
        found.append(
            Frame(
                name=names[k],
                number=number if count == 1 else k + 1,
                values=_values(stored[k], said, k, white_is_low),
                directions=directions,
                position=position,
                pixel_mm=pixel_mm_of(said, k),
                slice_mm=_slice_mm(said, k),
                description=description,
                white_is_low=white_is_low,
            )
        )
    return found


def frame_names(name: str, count: int) -> list[str]:
    """What the frames of a multi-frame file are called."""
    return numbered(name.removesuffix(".dcm"), count, ".dcm")


class Said:
    """What a file says of its frames: in an enhanced one's functional groups, the frame's own
    before those that all share (PS3.3, C.7.6.16), else in the file itself."""

    def __init__(self, dataset: Any) -> None:
        self.dataset = dataset
        self._own: Sequence[Any] = list(dataset.get("PerFrameFunctionalGroupsSequence", ()) or ())
        self._shared = list(dataset.get("SharedFunctionalGroupsSequence", ()) or ())[:1]

    def of(self, k: int, sequence: str, keyword: str) -> Any:
        for group in (*self._own[k : k + 1], *self._shared):
            for item in group.get(sequence, ()) or ():
                if item.get(keyword) is not None:
                    return item.get(keyword)
        return self.dataset.get(keyword)


def _values(stored: np.ndarray, said: Said, k: int, white_is_low: bool) -> np.ndarray:
    """Stored values after the rescale of their frame; padding is as black as the blackest."""
    slope = _number(said.of(k, "PixelValueTransformationSequence", "RescaleSlope"), 1.0)
    shift = _number(said.of(k, "PixelValueTransformationSequence", "RescaleIntercept"), 0.0)
    values = stored
    if (slope, shift) != (1, 0):
        values = stored.astype(np.float32) * np.float32(slope) + np.float32(shift)
    padding = said.dataset.get("PixelPaddingValue")
    padded = stored == padding if isinstance(padding, int) else np.zeros(1, bool)
    if padded.any() and not padded.all():
        seen = values[~padded]
        values = np.where(padded, seen.max() if white_is_low else seen.min(), values)
    return values


def _number(value: Any, otherwise: float) -> float:
    """A finite number other than 0, or `otherwise`."""
    found = numbers([value], 1)
    return float(found[0]) if found is not None and found[0] else otherwise


def place_of(said: Said, k: int) -> tuple[Directions | None, np.ndarray | None]:
    """(directions, position) of frame k, (R, A, S); None of what is not stated or not upright."""
    turned = numbers(said.of(k, "PlaneOrientationSequence", "ImageOrientationPatient"), 6)
    position = numbers(said.of(k, "PlanePositionSequence", "ImagePositionPatient"), 3)
    directions = None
    if turned is not None:
        row, column = turned[:3] * LPS, turned[3:] * LPS
        off = np.array([np.linalg.norm(row) - 1, np.linalg.norm(column) - 1, row @ column])
        directions = (row, column) if np.abs(off).max() <= ALIKE else None
    near = position is not None and np.abs(position).max() <= FARTHEST_MM
    return directions, position * LPS if position is not None and near else None


def pixel_mm_of(said: Said, k: int) -> tuple[float, float] | None:
    """(row, column) of frame k, in millimetres."""
    found = numbers(said.of(k, "PixelMeasuresSequence", "PixelSpacing"), 2)
    if found is None or not all(map(_is_length, found)):
        return None
    return float(found[0]), float(found[1])


def _slice_mm(said: Said, k: int) -> float | None:
    """Of the steps between slices, or of their thickness."""
    for keyword in ("SpacingBetweenSlices", "SliceThickness"):
        found = numbers([said.of(k, "PixelMeasuresSequence", keyword)], 1)
        if found is not None and _is_length(found[0]):
            return float(found[0])
    return None


def _is_length(mm: float) -> bool:
    return SHORTEST_MM <= mm <= LONGEST_MM


def refused(name: str, expected: str, found: str, do: str) -> ImageRefused:
    """One file of a series that cannot be used."""
    return ImageRefused(name, expected=expected, found=found, do=do)
