"""Names of what is written: folders and files. It writes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

UNSAFE = re.compile(r"[^\w .()+=@,-]")
LONGEST = 180
"""Bytes of a name in UTF-8: file systems take 255, and `_probability.tif` comes after."""


def safe_name(name: str) -> str:
    """`name` as a file or folder name: no separators, not hidden, not empty, not too long."""
    plain = UNSAFE.sub("_", name).strip(" .")
    return plain.encode()[:LONGEST].decode(errors="ignore").rstrip(" .") or "unnamed"


def free_name(name: str, taken: set[str]) -> str:
    """`name`, or `name-2`, `name-3`...: one that `taken` does not hold, whatever the case.

    The name found is added to `taken`.
    """
    candidate, number = name, 1
    while candidate.casefold() in taken:
        number += 1
        candidate = f"{name}-{number}"
    taken.add(candidate.casefold())
    return candidate


def stems(files: Iterable[str]) -> list[str]:
    """A name for each slice's outputs: its file's stem, all different.

    Where a stem returns (a.png beside a.tif) the later one keeps its ending: a_tif.
    """
    taken: set[str] = set()
    names = []
    for file in files:
        path = PurePosixPath(file)
        stem = safe_name(path.stem)
        if stem.casefold() in taken:
            stem = safe_name(path.name.replace(".", "_"))
        names.append(free_name(stem, taken))
    return names
