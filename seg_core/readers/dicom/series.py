"""DICOM files told apart into series by their headers. It decodes no pixel.

Which files are a visit's three sequences is decided here, once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from seg_core.geometry import plane_of
from seg_core.readers.dicom.header import (
    HEAD_BYTES,
    has_contrast,
    has_dicom_ending,
    is_dicom,
    may_be_unpacked,
    number_of,
    numbers,
    read_dicom,
    text_of,
)
from seg_core.readers.dicom.outlines import MODALITY, is_by_program
from seg_core.readers.names import common_folder, natural_order
from seg_core.readers.sequence import FLAIR, POST, PRE, role_of

UNNAMED = re.compile(r"(?:[^.]+|.*\.(?:\d+|mr))$", re.IGNORECASE)
"""Names that say nothing: `IM000001`, or with a number for an ending, `MR.1.2.840.7`."""

TAGS = (
    "PatientID",
    "StudyInstanceUID",
    "FrameOfReferenceUID",
    "ImageOrientationPatient",
    "ContrastBolusAgent",
    "ContrastBolusAgentSequence",
    "SeriesInstanceUID",
    "SOPInstanceUID",
    "SeriesNumber",
    "SeriesDescription",
    "EchoTime",
    "TemporalPositionIdentifier",
    "ImagePositionPatient",
    "Rows",
    "Modality",
    "ReferencedSeriesSequence",
    "SegmentSequence",
)

Head = Callable[[str], Path | bytes]
"""A file's path as listed -> where it lies, or its bytes. Raises InputError."""


@dataclass(frozen=True)
class Series:
    """Files of one series, echo and time. description: `AX FLAIR`; "" where none is given.

    visit: what the series of one visit to the scanner have in common; space: those of one position
    of the patient in it; "" where the files do not say.
    role: which of LGG_CHANNELS it is, by its description; plane: as in `geometry`; or None.
    uid: its own; outlined: of segmentations those of the series that they were drawn on, else None.
    """

    description: str
    files: tuple[str, ...]
    visit: str = ""
    space: str = ""
    role: str | None = None
    plane: str | None = None
    uid: str = ""
    outlined: frozenset[str] | None = None


def may_be_dicom(name: str) -> bool:
    """Whether a file of this name is looked into: by its ending, or because it has none."""
    last = name.rsplit("/", 1)[-1]
    return has_dicom_ending(last) or UNNAMED.fullmatch(last) is not None


@dataclass
class _Gathered:
    """Files of one series with their headers, out of one folder or several."""

    folders: list[str] = field(default_factory=list)
    members: list[tuple[str, Any]] = field(default_factory=list)
    images: set[str] = field(default_factory=set)
    slots: set[tuple[str, float, float]] = field(default_factory=set)

    def goes_on_in(self, members: Sequence[tuple[str, Any]]) -> bool:
        """Whether these are further images of it, no copies: other ones, at other places."""
        theirs = {text_of(header, "SOPInstanceUID") for _, header in members}
        if "" in theirs or "" in self.images or not self.images.isdisjoint(theirs):
            return False
        return self.slots.isdisjoint(_slot(header) for _, header in members)

    def add(self, folder: str, members: Sequence[tuple[str, Any]]) -> None:
        self.folders.append(folder)
        self.members += members
        self.images |= {text_of(header, "SOPInstanceUID") for _, header in members}
        self.slots |= {_slot(header) for _, header in members}


def series_among(
    folders: Mapping[str, Sequence[str]], head: Head
) -> tuple[list[tuple[str, Series]], list[str]]:
    """(folder, series) by folder and series number, and the files called DICOM that are none.

    folders: the files of each. A series that goes on in a further folder lies in the one that
    holds both; a copy is a series of its own. Objects without an image, as reports and DICOMDIR,
    are left out, and what a program segmented. Where slices of a series return at one place, by
    echo or time, each of these is a series here.
    """
    gathered: list[_Gathered] = []
    of: dict[tuple[str, str], list[_Gathered]] = {}
    damaged = []
    for folder, paths in folders.items():
        found, lost = _by_series(paths, head)
        damaged += lost
        for uid, members in found:
            visit = _visit(members[0][1])
            earlier = of.setdefault((uid, visit), []) if uid and visit else []
            whole = next((one for one in earlier if one.goes_on_in(members)), None)
            if whole is None:
                whole = _Gathered()
                gathered.append(whole)
                earlier.append(whole)
            whole.add(folder, members)
    return [
        (common_folder(one.folders), _series(words, some[0][1], [path for path, _ in some]))
        for one in gathered
        for words, some in _split(one.members).items()
    ], damaged


def _by_series(
    paths: Sequence[str], head: Head
) -> tuple[list[tuple[str, list[tuple[str, Any]]]], list[str]]:
    """((uid, files with their headers) in the order of series numbers; files that are no DICOM)."""
    found: dict[str, list[tuple[str, Any]]] = {}
    damaged = []
    for path in natural_order(paths):
        header = _header(path, head)
        if header is not None and "Rows" in header and not is_by_program(header):
            uid = text_of(header, "SeriesInstanceUID")
            # each segmentation was drawn on something of its own
            key = uid if text_of(header, "Modality") != MODALITY else f"{uid} {path}"
            found.setdefault(key, []).append((path, header))
        elif header is None and has_dicom_ending(path):
            damaged.append(path)
    return sorted(found.items(), key=lambda one: number_of(one[1][0][1], "SeriesNumber")), damaged


def _slot(header: Any) -> tuple[str, float, float]:
    """Place, echo and time of an image in its series."""
    return (text_of(header, "ImagePositionPatient"), *_echo_and_time(header))


def _echo_and_time(header: Any) -> tuple[float, float]:
    return number_of(header, "EchoTime"), number_of(header, "TemporalPositionIdentifier")


def _split(members: Sequence[tuple[str, Any]]) -> dict[str, list[tuple[str, Any]]]:
    """Description -> members; several where the places of its slices return."""
    header = members[0][1]
    number = int(number_of(header, "SeriesNumber"))
    words = text_of(header, "SeriesDescription") or (f"series {number}" if number else "")
    places = [text_of(header, "ImagePositionPatient") for _, header in members]
    if len(set(places)) == len(places):
        return {words: list(members)}
    keys = [_echo_and_time(header) for _, header in members]
    echoes, times = (len({key[i] for key in keys}) > 1 for i in (0, 1))
    parts: dict[str, list[tuple[str, Any]]] = {}
    for (echo, time), member in sorted(zip(keys, members, strict=True), key=lambda pair: pair[0]):
        told = [words, f"TE {echo:g}" if echoes else "", f"time {time:g}" if times else ""]
        parts.setdefault(" ".join(filter(None, told)), []).append(member)
    return parts


def three_sequences(series: Sequence[Series]) -> tuple[Series, Series, Series] | None:
    """Pre-contrast, FLAIR and post-contrast of one visit, where each is there exactly once.

    Of several T1 those count that were taken in FLAIR's plane, the patient lying as for it.
    """
    flair = [one for one in series if one.role == FLAIR]
    if len(flair) != 1 or not flair[0].space:
        return None
    alike = [one for one in series if one.space == flair[0].space]
    pre, post = (_in_plane([one for one in alike if one.role == r], flair[0]) for r in (PRE, POST))
    return (pre[0], flair[0], post[0]) if len(pre) == len(post) == 1 else None


def _in_plane(series: Sequence[Series], flair: Series) -> Sequence[Series]:
    """Those of FLAIR's plane, where there are any; else all."""
    return [one for one in series if one.plane == flair.plane] or series


def _series(words: str, header: Any, files: Sequence[str]) -> Series:
    description = text_of(header, "SeriesDescription")
    return Series(
        description=words,
        files=tuple(files),
        visit=_visit(header),
        space=text_of(header, "FrameOfReferenceUID"),
        role=role_of(description, contrast=has_contrast(header)),
        plane=_plane(header),
        uid=text_of(header, "SeriesInstanceUID"),
        outlined=_outlined(header),
    )


def _outlined(header: Any) -> frozenset[str] | None:
    if text_of(header, "Modality") != MODALITY:
        return None
    referred = header.get("ReferencedSeriesSequence", ()) or ()
    return frozenset(text_of(one, "SeriesInstanceUID") for one in referred)


def _plane(header: Any) -> str | None:
    turned = numbers(header.get("ImageOrientationPatient"), 6)
    # left and right, front and back change no plane
    return None if turned is None else plane_of(turned.reshape(2, 3).T)


def _visit(header: Any) -> str:
    """Equal for the series of one visit of one patient; a digest, that no number is kept."""
    uid = text_of(header, "StudyInstanceUID")
    whole = f"{uid} {text_of(header, 'PatientID')}"
    return hashlib.sha256(whole.encode()).hexdigest() if uid else ""


def _header(path: str, head: Head) -> Any | None:
    """TAGS of a file, or None where it is not DICOM. Damage later in the file shows on opening."""
    try:
        source = head(path)
        if isinstance(source, Path):
            if not source.is_file():  # a pipe would be waited for
                return None
            with source.open("rb") as file:
                begins = file.read(HEAD_BYTES)
        else:
            begins = source[:HEAD_BYTES]
        if not is_dicom(begins) and not has_dicom_ending(path):
            return None
        if not may_be_unpacked(begins):
            return None
        whole = source if isinstance(source, Path) else BytesIO(source)
        tags = list(TAGS)
        header = read_dicom()(whole, stop_before_pixels=True, specific_tags=tags, force=True)
    except Exception:  # a damaged header makes the library raise whatever there is
        return None
    return header if is_dicom(begins) or "Rows" in header else None
