"""Refuses to write where something lies that the same command did not write. It removes nothing."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from seg_core.errors import InputError


def refuse_foreign_output(out: Path, ours: Collection[str], what: str) -> None:
    """Raise InputError when `out` is a file, or a folder with anything but `what`.

    ours: every name that the command gives. what: an earlier output of it, in words.
    """
    from seg_core.inference.reading_files import OF_FILE_MANAGERS
    from seg_core.whole_files import PART

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


def refuse_foreign_folds(out: Path) -> None:
    """Raise InputError when `out` is anything but a file of folds, or empty."""
    from seg_core.data.folds import read_protocol
    from seg_core.errors import SplitError

    if not out.exists() or not out.stat().st_size:
        return
    try:
        read_protocol(str(out))
    except SplitError:
        raise InputError(
            str(out),
            expected="a new file, or one of folds, to write to",
            found="another file there",
            do="Give another --out.",
        ) from None
