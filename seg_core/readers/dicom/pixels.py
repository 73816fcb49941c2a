"""Pixels of a DICOM file as stored, whatever their compression. It knows no geometry.

Compressed frames go through imagecodecs: GDCM, which pydicom would ask, ends the whole process over
some damaged ones.
"""

from __future__ import annotations

import struct
from typing import Any

import imagecodecs
import numpy as np

RLE = "1.2.840.10008.1.2.5"
SOI = b"\xff\xd8"
EOI = b"\xff\xd9"
J2K_CODESTREAM = b"\xff\x4f\xff\x51"
"""Without the boxes of a JP2 file, which DICOM does not allow (PS3.5, A.4.4)."""

JPEG_LS = 0xF7
"""Start of frame of JPEG-LS (ITU T.87, C.1.1)."""

FRAMES_OF_JPEG = frozenset({*range(0xC0, 0xD0), JPEG_LS}) - {0xC4, 0xC8, 0xCC}
"""Markers that begin a frame (ITU T.81, table B.1)."""


def stored_pixels(dataset: Any, count: int) -> np.ndarray:
    """Integers (count, rows, columns) of a dataset whose size was looked at. Raises ValueError, or
    whatever a library raises of damaged data."""
    rows, columns = int(dataset.Rows), int(dataset.Columns)
    syntax = dataset.file_meta.TransferSyntaxUID if hasattr(dataset, "file_meta") else None
    if syntax is None or not syntax.is_encapsulated:
        return np.asarray(dataset.pixel_array).reshape(count, rows, columns)
    from pydicom.encaps import generate_frames

    frames: list[bytes] = []
    for frame in generate_frames(dataset.PixelData, number_of_frames=count):
        if len(frames) == count:
            raise ValueError("more frames than its header says")
        frames.append(frame)
    if len(frames) < count:
        raise ValueError("fewer frames than its header says")
    if syntax == RLE:
        return np.asarray(dataset.pixel_array).reshape(count, rows, columns)
    decoded = [_decoded(frame, rows, columns) for frame in frames]
    return np.stack([_signed(plane, dataset) for plane in decoded])


def _decoded(frame: bytes, rows: int, columns: int) -> np.ndarray:
    """One frame, once its own header says the size that the file's says."""
    size, decode = _codec(frame)
    if size != (rows, columns):
        raise ValueError(f"a frame of {size[1]} x {size[0]} in a file of {columns} x {rows}")
    plane = np.asarray(decode(frame))
    if plane.shape != size:
        raise ValueError(f"pixels of shape {plane.shape}")
    return plane


def _codec(frame: bytes) -> tuple[tuple[int, int], Any]:
    """((height, width) that a codestream declares, what decodes it)."""
    if frame.startswith(J2K_CODESTREAM):  # SIZ follows (ITU T.800, A.5.1)
        right, lower, left, upper = struct.unpack_from(">4I", frame, 8)
        _one_component(struct.unpack_from(">H", frame, 40)[0])
        return (lower - upper, right - left), imagecodecs.jpeg2k_decode
    if not frame.startswith(SOI):
        raise ValueError("a compression that is not read")
    if not frame.rstrip(b"\0").endswith(EOI):  # what is cut off may take a codec seconds
        raise ValueError("a frame without its end")
    at = 2
    while at + 10 <= len(frame) and frame[at] == 0xFF:
        marker = frame[at + 1]
        if marker in FRAMES_OF_JPEG:
            height, width, components = struct.unpack_from(">HHB", frame, at + 5)
            _one_component(components)
            decode = imagecodecs.jpegls_decode if marker == JPEG_LS else imagecodecs.jpeg_decode
            return (height, width), decode
        at += 1 if marker == 0xFF else 2 + int(struct.unpack_from(">H", frame, at + 2)[0])
    raise ValueError("no frame header")


def _one_component(count: int) -> None:
    if count != 1:
        raise ValueError(f"a frame of {count} colours")


def _signed(plane: np.ndarray, dataset: Any) -> np.ndarray:
    """With the sign that the file says: codecs give two's complement of `BitsStored` as it lies."""
    bits = int(dataset.BitsStored)
    kept = plane.astype(np.int64) & ((1 << bits) - 1)
    if int(dataset.PixelRepresentation):
        top = 1 << (bits - 1)
        return ((kept ^ top) - top).astype(np.int32)
    return kept.astype(np.uint16 if bits <= 16 else np.uint32)
