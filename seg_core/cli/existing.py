"""A path that a command is given to read. It looks only whether something is there."""

from __future__ import annotations

from pathlib import Path

import typer


def existing(name: str) -> Path:
    """The file or folder of that name."""
    path = Path(name)
    if not path.exists():
        raise typer.BadParameter(f"{name}: expected a file or folder, found none. Check the path.")
    return path


def existing_folder(name: str) -> Path:
    """The same of a folder alone."""
    path = existing(name)
    if not path.is_dir():
        raise typer.BadParameter(f"{name}: expected a folder, found a file. Name its folder.")
    return path
