"""Files and folders that appear under their final name only when whole. It locks nothing."""

from __future__ import annotations

import errno
import os
import re
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

ABANDONED_SECONDS = 3600.0
"""A part older than this belongs to a program that ended in the middle."""

PART = re.compile(r"\.(.*\.)?[0-9a-f]{32}\.part", re.DOTALL)
"""Names that parts have here."""


def write_whole(path: Path, content: bytes | str | Callable[[BinaryIO], object]) -> None:
    """Write a file beside `path`, sync it, then rename it: never half of it is seen.

    content: bytes, text (stored as UTF-8), or a function that fills the open file.
    """
    part = _part_of(path)
    try:
        with part.open("xb") as file:
            if callable(content):
                content(file)
            else:
                file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        sync_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)


def write_synced(path: Path, content: bytes) -> None:
    """Write a file of a folder that is not settled yet, and wait until it is on the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def make_whole_folder(path: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` write files into a folder beside `path`, then rename that to `path`.

    Does nothing when `path` is there, also when another process made it meanwhile.
    """
    if path.is_dir():
        return
    with part_of_folder(path) as part:
        fill(part)
        settle(part, path)


@contextmanager
def part_of_folder(path: Path) -> Iterator[Path]:
    """A new folder beside `path` to write files into and then to settle there, gone at the end."""
    part = _part_of(path)
    part.mkdir(parents=True)
    try:
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)


def settle(part: Path, path: Path) -> bool:
    """Rename a filled folder to `path`; False, and nothing done, where another one lies there."""
    sync_folder(part)
    try:
        part.rename(path)
    except OSError:
        if not path.is_dir():
            raise
        return False
    sync_folder(path.parent)
    return True


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """A new folder beside `path` to write files into; once they are there it takes its place.

    Of several processes that do so at once one stays, the last, and it stays whole.
    """
    sweep_parts(path.parent)
    with part_of_folder(path) as part:
        yield part
        sync_folder(part)
        while not _takes_the_place(part, path):
            pass  # another process put its own there meanwhile: that one goes too
        sync_folder(path.parent)


def _takes_the_place(part: Path, path: Path) -> bool:
    earlier = _part_of(path)
    try:
        with suppress(FileNotFoundError):
            path.rename(earlier)
        try:
            part.rename(path)
        except OSError as error:
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
                return False
            with suppress(OSError):
                earlier.rename(path)
            raise
        return True
    finally:
        shutil.rmtree(earlier, ignore_errors=True)


def sweep_parts(folder: Path) -> None:
    """Remove what programs that ended in the middle left in `folder`."""
    for part in folder.glob(".*.part"):
        if PART.fullmatch(part.name) is None:
            continue  # somebody's own
        with suppress(FileNotFoundError):  # whoever wrote it has just finished
            if time.time() - _last_written(part) > ABANDONED_SECONDS:
                shutil.rmtree(part, ignore_errors=True) if part.is_dir() else part.unlink()


def _last_written(part: Path) -> float:
    """The newest time anywhere in it: filling a folder within the part does not touch the part."""
    return max(path.lstat().st_mtime for path in (part, *part.rglob("*")))


def sync_folder(folder: Path) -> None:
    """Make renames in `folder` last over a power cut, where the system can (not on Windows)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _part_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
