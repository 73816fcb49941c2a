"""DICOM files told apart into series by their headers. It decodes no pixel.

Of a header only what orders and names the slices is read: no name, no date, no number of a patient.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from seg_core.readers.names import natural_order

DICOM_ENDINGS = (".dcm", ".dicom", ".ima")

UNNAMED = re.compile(r"(?:[^.]+|[\d.]+)$")
"""Names that say nothing: no ending at all, as in `IM000001`, or a UID of digits and dots."""

PREAMBLE = 128
MARK = b"DICM"
"""After the preamble of every file (PS3.10, 7.1)."""

TAGS = (
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "SeriesNumber",
    "SeriesDescription",
    "EchoTime",
    "TemporalPositionIdentifier",
    "Rows",
)

Head = Callable[[str], Path | bytes]
"""A file's path as listed -> where it lies, or its bytes. Raises InputError."""


@dataclass(frozen=True)
class Series:
    """Files of one series, echo and time. description: `AX FLAIR`; "" where none is given.

    visit: what the series of one visit to the scanner have in common.
    """

    description: str
    visit: str
    files: tuple[str, ...]


def may_be_dicom(name: str) -> bool:
    """Whether a file of this name is looked into: by its ending, or because it has none."""
    last = name.rsplit("/", 1)[-1]
    return last.lower().endswith(DICOM_ENDINGS) or UNNAMED.fullmatch(last) is not None


def is_dicom(data: bytes) -> bool:
    """Whether a file begins as one of DICOM does; PREAMBLE + 4 bytes are enough to say."""
    return data[PREAMBLE : PREAMBLE + len(MARK)] == MARK


def series_in(paths: Sequence[str], head: Head) -> list[Series]:
    """The series among files of one folder, by series number; files of another kind are left out.

    So are objects without an image, as reports and DICOMDIR. Where a series holds several echoes or
    times of the same slices, each is a series here.
    """
    found: dict[tuple[Any, ...], list[str]] = {}
    words: dict[str, tuple[int, str]] = {}
    visits: dict[str, str] = {}
    for path in natural_order(paths):
        header = _header(path, head)
        if header is None or "Rows" not in header:
            continue
        uid = str(header.get("SeriesInstanceUID", ""))
        echo, time = header.get("EchoTime"), header.get("TemporalPositionIdentifier")
        found.setdefault((uid, _number(echo), _number(time)), []).append(path)
        visits.setdefault(uid, str(header.get("StudyInstanceUID", "")))
        number = int(_number(header.get("SeriesNumber")) or 0)
        words.setdefault(uid, (number, str(header.get("SeriesDescription", "") or "").strip()))
    keys = sorted(found, key=lambda key: (words[key[0]][0], key[1] or 0, key[2] or 0))
    return [
        Series(_words(key, words[key[0]], found), visits[key[0]], tuple(found[key])) for key in keys
    ]


def _words(
    key: tuple[Any, ...], said: tuple[int, str], found: Mapping[tuple[Any, ...], Sequence[str]]
) -> str:
    """The description, with the echo or time where the series has several."""
    number, description = said
    parts = [description or (f"series {number}" if number else "")]
    alike = [other for other in found if other[0] == key[0]]
    if len({other[1] for other in alike}) > 1 and key[1] is not None:
        parts.append(f"TE {key[1]:g}")
    if len({other[2] for other in alike}) > 1 and key[2] is not None:
        parts.append(f"time {key[2]:g}")
    return " ".join(filter(None, parts))


def read_dicom() -> Callable[..., Any]:
    """pydicom's `dcmread`. What it reads is judged here: its own warnings of values stay unsaid."""
    import pydicom  # here: a third of a second, for those who open no DICOM

    pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
    return pydicom.dcmread


def _header(path: str, head: Head) -> Any | None:
    """TAGS of a file, or None where it is not DICOM. Damage later in the file shows on opening."""
    try:
        source = head(path)
        if isinstance(source, Path):
            with source.open("rb") as file:
                begins = file.read(PREAMBLE + len(MARK))
        else:
            begins = source
        if not is_dicom(begins):
            return None
        whole = source if isinstance(source, Path) else BytesIO(source)
        return read_dicom()(whole, stop_before_pixels=True, specific_tags=list(TAGS))
    except Exception:  # a damaged header makes the library raise whatever there is
        return None


def _number(value: Any) -> float | None:
    try:
        return None if value is None else float(value)
    except (TypeError, ValueError):
        return None
