"""What a DICOM file is and says before a pixel is touched. It knows no series.

To read a study only what orders and describes slices is taken. A patient's number is compared and
not kept; names and dates are taken by `whole_header` alone.
"""

from __future__ import annotations

import math
import struct
import warnings
from collections.abc import Callable, Sequence
from functools import cache
from io import BytesIO
from typing import Any

import numpy as np

DICOM_ENDINGS = (".dcm", ".dicom", ".ima")

PREAMBLE = 128
MARK = b"DICM"
"""After the preamble of every file (PS3.10, 7.1)."""

HEAD_BYTES = 16_384
"""Of a file, that hold the mark and the group of its own elements, which says how it is packed."""

DEFLATED = "1.2.840.10008.1.2.1.99"

FILE_GROUP, TRANSFER_SYNTAX = 0x0002, 0x0010
LONG_LENGTHS = (b"OB", b"OW", b"OF", b"SQ", b"UT", b"UN", b"UC", b"UR", b"OD", b"OL", b"OV")
"""Types whose length has four bytes (PS3.5, 7.1.2)."""

LONGEST_TEXT = 120
"""Characters of a value that are kept."""

NO_AGENT = frozenset({"", "none", "no", "n", "0"})


def has_dicom_ending(name: str) -> bool:
    """Whether a file of this name is meant to be DICOM, and said to be none where it is not."""
    return name.lower().endswith(DICOM_ENDINGS)


def is_dicom(data: bytes) -> bool:
    """Whether a file begins as one of DICOM does; PREAMBLE + 4 bytes are enough to say."""
    return data[PREAMBLE : PREAMBLE + len(MARK)] == MARK


def may_be_unpacked(head: bytes) -> bool:
    """Whether a file whose first HEAD_BYTES these are may be given to the library: it unpacks a
    deflated one whole, whatever its size. A file without a preamble is never deflated."""
    return not is_dicom(head) or transfer_syntax(head) not in ("", DEFLATED)


def transfer_syntax(head: bytes) -> str:
    """The UID that says how a file is packed, from the elements of its own group; "" of none."""
    at = PREAMBLE + len(MARK)
    while at + 12 <= len(head):
        group, element, kind = struct.unpack_from("<HH2s", head, at)
        if group != FILE_GROUP:
            break
        if kind in LONG_LENGTHS:
            (length,) = struct.unpack_from("<I", head, at + 8)
            at += 12
        else:
            (length,) = struct.unpack_from("<H", head, at + 6)
            at += 8
        if element == TRANSFER_SYNTAX:
            return head[at : at + length].decode("ascii", errors="replace").strip(" \0")
        at += length
    return ""


@cache
def read_dicom() -> Callable[..., Any]:
    """pydicom's `dcmread`. What it reads is judged here: its own warnings stay unsaid."""
    import pydicom  # here: a third of a second, for those who open no DICOM

    pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
    warnings.filterwarnings("ignore", module="pydicom")
    return pydicom.dcmread


def whole_header(data: bytes) -> Any:
    """All that a file says but its pixels, whose it is too: of a file that `frames_of` could read,
    for what refers to it."""
    return read_dicom()(BytesIO(data), stop_before_pixels=True, force=True)


def text_of(header: Any, keyword: str) -> str:
    """A value as one line of plain text; several values follow one another; "" of none."""
    value = header.get(keyword)
    several = [value] if isinstance(value, str) or not isinstance(value, Sequence) else value
    words = " ".join("" if one is None else str(one) for one in several)
    plain = "".join(c if c.isprintable() else " " for c in words)
    return " ".join(plain.split())[:LONGEST_TEXT]


def number_of(header: Any, keyword: str) -> float:
    """A value as a number; 0 of none, or of what is no finite one."""
    try:
        found = float(header.get(keyword) or 0)
    except (TypeError, ValueError):
        return 0.0
    return found if math.isfinite(found) else 0.0


def numbers(values: Any, count: int) -> np.ndarray | None:
    """float (count,), all finite, or None where the values are no such."""
    try:
        found = np.array([float(value) for value in values])
    except (TypeError, ValueError):
        return None
    return found if len(found) == count and np.isfinite(found).all() else None


def has_contrast(header: Any) -> bool:
    """Whether it names a contrast agent, a multi-frame file in a sequence."""
    if header.get("ContrastBolusAgentSequence"):
        return True
    return text_of(header, "ContrastBolusAgent").lower() not in NO_AGENT
