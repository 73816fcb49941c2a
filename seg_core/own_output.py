"""Refuses to write where something lies that the same work did not write. It removes nothing."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from seg_core.errors import InputError
from seg_core.whole_files import PART

OF_FILE_MANAGERS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""What file managers leave in folders that were looked at, and make anew."""


def refuse_foreign_output(out: Path, ours: Collection[str], what: str) -> None:
    """Raise InputError when `out` is a file, or a folder with anything but `what`.

    ours: every name that is given there. what: an earlier output, in words.
    """
    if not out.exists():
        return
    there = {entry.name for entry in out.iterdir()} if out.is_dir() else {out.name}
    known = {*ours, *OF_FILE_MANAGERS} if out.is_dir() else set()
    foreign = sorted(name for name in there - known if not PART.fullmatch(name))
    if foreign:
        raise InputError(
            str(out),
            expected=f"a new folder, or one with nothing but {what}, to write to",
            found=f"{foreign[0]} there, which is not of it",
            do="Give another --out.",
        )
