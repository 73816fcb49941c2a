"""Pixels of a DICOM file as stored, whatever their compression. It knows no geometry.

Compressed frames go through imagecodecs: of GDCM, which pydicom would ask, one damaged file in a
hundred ended the whole process.
"""

from __future__ import annotations

import struct
from typing import Any

import imagecodecs
import numpy as np

RLE = "1.2.840.10008.1.2.5"
DEFLATED = "1.2.840.10008.1.2.1.99"

TRANSFER_SYNTAX = b"\x02\x00\x10\x00UI"
"""Tag (0002,0010) and its type, as they lie in the file's own group (PS3.10, 7.1)."""

SOI = b"\xff\xd8"
J2K_CODESTREAM, JP2_BOX = b"\xff\x4f\xff\x51", b"\x00\x00\x00\x0cjP  "
JPEG_LS = 0xF7
"""Start of frame of JPEG-LS (ITU T.87, C.1.1)."""

FRAMES_OF_JPEG = frozenset({*range(0xC0, 0xD0), JPEG_LS}) - {0xC4, 0xC8, 0xCC}
"""Markers that begin a frame (ITU T.81, table B.1)."""


def transfer_syntax(data: bytes) -> str:
    """The UID that says how a file is packed, read before anything is unpacked; "" of none."""
    at = data.find(TRANSFER_SYNTAX, 128, 4096)
    if at < 0:
        return ""
    (length,) = struct.unpack("<H", data[at + 6 : at + 8])
    return data[at + 8 : at + 8 + length].decode("ascii", errors="replace").strip(" \0")


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
    at = frame.find(J2K_CODESTREAM, 0, 512) if frame.startswith(JP2_BOX) else 0
    if frame[at : at + 4] == J2K_CODESTREAM:  # SIZ follows (ITU T.800, A.5.1)
        right, lower, left, upper = struct.unpack(">4I", frame[at + 8 : at + 24])
        return (lower - upper, right - left), imagecodecs.jpeg2k_decode
    if not frame.startswith(SOI):
        raise ValueError("a compression that is not read")
    at = 2
    while at + 9 <= len(frame) and frame[at] == 0xFF:
        marker = frame[at + 1]
        if marker in FRAMES_OF_JPEG:
            height, width = struct.unpack(">HH", frame[at + 5 : at + 9])
            decode = imagecodecs.jpegls_decode if marker == JPEG_LS else imagecodecs.jpeg_decode
            return (height, width), decode
        at += 1 if marker == 0xFF else 2 + int(struct.unpack(">H", frame[at + 2 : at + 4])[0])
    raise ValueError("no frame header")


def _signed(plane: np.ndarray, dataset: Any) -> np.ndarray:
    """With the sign that the file says: codecs give two's complement of `BitsStored` as it lies."""
    bits = int(dataset.BitsStored)
    kept = plane.astype(np.int64) & ((1 << bits) - 1)
    if int(dataset.PixelRepresentation):
        top = 1 << (bits - 1)
        return ((kept ^ top) - top).astype(np.int32)
    return kept.astype(np.uint16 if bits <= 16 else np.uint32)
