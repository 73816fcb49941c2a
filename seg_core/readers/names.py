"""What file names tell: natural order, masks, series, studies. It opens no file."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal

from natsort import natsorted, ns

from seg_core.readers.image import has_image_ending
from seg_core.study import MASK_SUFFIX, Skipped

Form = Literal["slices", "NIfTI", "DICOM"]
"""What a study's files are: images of a slice each, volumes, or a scanner's own."""

TRAILING_NUMBER = re.compile(r"[\s_.-]*\(?\d+\)?$")
"""The slice number at the end of a stem: `_12`, `-012`, ` (3)`."""

SYSTEM_FOLDERS = ("__MACOSX", "$RECYCLE.BIN", "System Volume Information")

LONGEST_NAME = 200

OUR_RESULTS = frozenset({"summary.json", "triage.csv"})
"""A folder with both holds a reading that `segment` wrote: its masks are nobody's slices."""


def natural_order(names: Iterable[str]) -> list[str]:
    """Names as a person counts: slice_2 before slice_10, whatever the case."""
    return natsorted(names, alg=ns.IGNORECASE)


def is_mask(name: str) -> bool:
    """Whether the file's stem ends in `_mask`."""
    return PurePosixPath(name).stem.lower().endswith(MASK_SUFFIX)


def pairing_key(name: str) -> str:
    """What a slice and its mask have in common: the stem without `_mask`, in lower case."""
    stem = PurePosixPath(name).stem.lower()
    return stem.removesuffix(MASK_SUFFIX)


def is_hidden(name: str) -> bool:
    """Whether any part of a path is hidden, or kept by an operating system for itself."""
    return any(p.startswith(".") or p in SYSTEM_FOLDERS for p in PurePosixPath(name).parts)


def shown_name(name: str) -> str:
    """A browser's or an archive's file name without folders and control characters."""
    last = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    plain = "".join(character if character.isprintable() else "_" for character in last)
    return plain.strip()[-LONGEST_NAME:] or "unnamed"


def numbered(stem: str, count: int, ending: str) -> list[str]:
    """Names of slices that have no file of their own: `case_001.nii`, `case_002.nii`."""
    digits = max(3, len(str(count)))
    return [f"{stem}_{k:0{digits}}{ending}" for k in range(1, count + 1)]


OUTLINE = "outline"


@dataclass(frozen=True)
class Found:
    """The files of one study, as relative paths. above: the folder that tells two of a name apart.

    skipped: what of its folder was found to be unusable by its name. roles: of DICOM, which of
    LGG_CHANNELS each file's series is among three put together, OUTLINE of a segmentation, else "".
    """

    name: str
    above: str
    paths: tuple[str, ...]
    form: Form = "slices"
    skipped: tuple[Skipped, ...] = ()
    roles: tuple[str, ...] = ()

    @property
    def folder(self) -> PurePosixPath:
        """The folder that all its files lie in or below."""
        return PurePosixPath(posixpath.commonpath([posixpath.dirname(p) for p in self.paths]))

    @property
    def shown_names(self) -> list[str]:
        """The files' names; with the folders that tell them apart in front."""
        folders = {posixpath.dirname(path) or "." for path in self.paths}
        if len(folders) < 2:
            return [shown_name(path) for path in self.paths]
        alike = len(PurePosixPath(common_folder(folders)).parts)
        parts = [PurePosixPath(path).parts for path in self.paths]
        return [shown_name(" ".join(one[min(alike, len(one) - 2) :])) for one in parts]


def by_folder(paths: Iterable[str]) -> dict[str, list[str]]:
    """Relative paths by their folder, both in natural order; hidden ones are left out."""
    folders: dict[str, list[str]] = {}
    for path in natural_order(p for p in paths if not is_hidden(p)):
        folders.setdefault(str(PurePosixPath(path).parent), []).append(path)
    return folders


def common_folder(folders: Iterable[str]) -> str:
    """The nearest folder that holds them all; "." where nothing below the top does."""
    return posixpath.commonpath([folder.removeprefix("./") for folder in folders]) or "."


def without_results(paths: Sequence[str]) -> list[str]:
    """Without what lies in folders that `segment` wrote: its pictures are no study."""
    inside: dict[PurePosixPath, set[str]] = {}
    for path in map(PurePosixPath, paths):
        inside.setdefault(path.parent, set()).add(path.name)
    ours = {folder for folder, names in inside.items() if folder.name and names >= OUR_RESULTS}
    return [path for path in paths if ours.isdisjoint(PurePosixPath(path).parents)]


def name_of_folder(folder: str, top: str) -> str:
    """The last folder of a relative path; `top` for files that lie in none."""
    return top if folder == "." else shown_name(folder)


def above_folder(folder: str) -> str:
    """The name of the folder above a relative one, or ""."""
    above = str(PurePosixPath(folder).parent)
    return "" if above == "." else shown_name(above)


def slice_studies(
    paths: Iterable[str], top: str, content: Callable[[Sequence[str]], object]
) -> list[Found]:
    """The studies among images of one slice each, by folder.

    A folder is a study, except where its files belong to several series (see
    `series_of`). A second copy of a study, of the same names and the same `content`, is left
    out: Kaggle's zip of the LGG set holds every patient twice.
    """
    found = []
    seen: dict[tuple[str, ...], list[list[str]]] = {}
    for folder, inside in by_folder(p for p in paths if has_image_ending(p)).items():
        name = name_of_folder(folder, top)
        for series, members in series_of(inside).items():
            key = (series or name, *(PurePosixPath(path).name for path in members))
            alike = seen.setdefault(key, [])
            if alike and content(members) in map(content, alike):
                continue
            alike.append(members)
            above = (folder != "." and shown_name(folder)) if series else above_folder(folder)
            found.append(Found(series or name, above or "", tuple(members)))
    return found


def told_apart(found: Sequence[Found]) -> list[Found]:
    """The same with names that differ.

    Where one returns, as `MRI` does in many patients' folders, all have the folder above in front.
    """
    often = Counter(one.name.casefold() for one in found)
    taken: set[str] = set()
    told = []
    for one in found:
        returns = one.above and often[one.name.casefold()] > 1
        name = f"{one.above} {one.name}" if returns else one.name
        told.append(replace(one, name=_free(name, taken)))
    return told


def series_name(path: str) -> str:
    """The file's stem without `_mask` and slice number; "" where nothing else is there."""
    stem = PurePosixPath(path).stem
    if is_mask(path):
        stem = stem[: -len(MASK_SUFFIX)]
    return TRAILING_NUMBER.sub("", stem)


def series_of(paths: Sequence[str]) -> dict[str, list[str]]:
    """One folder's files by series: the stem without slice number and `_mask`.

    Files are told apart only where two series or more hold two slices each (two patients
    in one folder); then the rest is under "". Otherwise all are one study, under "".
    """
    series: dict[str, list[str]] = {}
    for path in paths:
        series.setdefault(series_name(path), []).append(path)
    several = {
        name: members
        for name, members in series.items()
        if name and sum(not is_mask(path) for path in members) >= 2
    }
    if len(several) < 2:
        return {"": list(paths)}
    rest = [path for name, members in series.items() if name not in several for path in members]
    return several | ({"": rest} if rest else {})


def _free(name: str, taken: set[str]) -> str:
    """`name`, or `name (2)`, `name (3)`: one not taken, which is then."""
    candidate, number = name, 1
    while candidate.casefold() in taken:
        number += 1
        candidate = f"{name} ({number})"
    taken.add(candidate.casefold())
    return candidate
