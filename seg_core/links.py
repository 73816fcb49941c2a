"""Where paths lie once their links are followed. It opens nothing."""

from __future__ import annotations

import os
from pathlib import Path


def real(path: Path) -> Path:
    """The path without links; of a link that leads in a circle the place where it lies.

    `Path.resolve` raises a RuntimeError there.
    """
    return Path(os.path.realpath(path))


def lies_in(path: Path, folder: Path) -> bool:
    """Whether a path lies in a folder, or is it, once links are followed."""
    return real(path).is_relative_to(real(folder))
