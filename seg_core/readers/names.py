"""What file names tell: natural order, masks, series, studies. It opens no file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePosixPath

from natsort import natsorted, ns

from seg_core.readers.image import has_image_ending
from seg_core.study import MASK_SUFFIX

TRAILING_NUMBER = re.compile(r"[\s_.-]*\(?\d+\)?$")
"""The slice number at the end of a stem: `_12`, `-012`, ` (3)`."""

SYSTEM_FOLDERS = ("__MACOSX", "$RECYCLE.BIN", "System Volume Information")

LONGEST_NAME = 200


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


def studies_of(
    paths: Iterable[str], top: str, content: Callable[[Sequence[str]], object]
) -> list[tuple[str, list[str]]]:
    """Relative image paths -> (name, its paths) a study; names differ, both in natural order.

    A folder is a study, except where its files belong to several series (see
    `series_of`). `top` names the study of files that lie in no folder. Paths that are
    hidden or have no image ending are left out; and so is a second copy of a study, of the
    same names and the same `content`: Kaggle's zip of the LGG set holds every patient twice.
    """
    folders: dict[str, list[str]] = {}
    for path in natural_order(p for p in paths if has_image_ending(p) and not is_hidden(p)):
        folders.setdefault(str(PurePosixPath(path).parent), []).append(path)
    found: list[tuple[str, str, list[str]]] = []
    seen: dict[tuple[str, ...], list[list[str]]] = {}
    for folder, inside in folders.items():
        name = top if folder == "." else shown_name(folder)
        for series, members in series_of(inside).items():
            key = (series or name, *(PurePosixPath(path).name for path in members))
            alike = seen.setdefault(key, [])
            if alike and content(members) in map(content, alike):
                continue
            alike.append(members)
            above = folder if series else str(PurePosixPath(folder).parent)
            found.append((series or name, "" if above == "." else shown_name(above), members))
    return _told_apart(found)


def _told_apart(found: Sequence[tuple[str, str, list[str]]]) -> list[tuple[str, list[str]]]:
    """(name, folder above, paths) -> (name, paths), names differing.

    Where one returns, as `MRI` does in many patients' folders, all have the folder above in front.
    """
    often = Counter(name.casefold() for name, _, _ in found)
    taken: set[str] = set()
    told = []
    for name, above, paths in found:
        full = f"{above} {name}" if above and often[name.casefold()] > 1 else name
        told.append((_free(full, taken), paths))
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
