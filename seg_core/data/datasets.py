"""Which folders below the data roots are data sets in the Kaggle layout. It opens no image."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from seg_core.links import lies_in, real
from seg_core.readers.names import is_mask
from seg_core.study import is_volume_mask

DEPTH = 2
"""How many folders below a root a data set may lie."""

LOOKED_AT = 2000
"""Entries of a folder looked at for a mask; a patient's folder has fewer."""


def find_datasets(roots: Iterable[Path]) -> list[Path]:
    """Folders that hold patients' folders with masks: roots themselves, or up to DEPTH below.

    A folder inside a data set is none of its own. Links that lead out of a root are not followed.
    """
    found: dict[Path, None] = {}
    for root in roots:
        for folder in _below(real(root), real(root), DEPTH):
            found.setdefault(folder)
    return list(found)


def _below(folder: Path, root: Path, depth: int) -> Iterator[Path]:
    children = [path for path in _folders(folder) if lies_in(path, root)]
    if any(_has_mask(child) for child in children):
        yield folder
    elif depth:
        for child in children:
            yield from _below(child, root, depth - 1)


def _folders(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return sorted(Path(e.path) for e in entries if e.is_dir() and e.name[0] not in "._")
    except OSError:  # gone, or not ours to read: then it holds no data set for us
        return []


def _has_mask(folder: Path) -> bool:
    try:
        with os.scandir(folder) as entries:
            names = (entry.name for entry, _ in zip(entries, range(LOOKED_AT), strict=False))
            return any(is_mask(name) or is_volume_mask(name) for name in names)
    except OSError:
        return False
