"""Where a run's result comes from: commit, versions, device, data. It reads no pixel."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from seg_core.data.batches import LabelledSlices
from seg_core.settings import PROJECT

PACKAGES = ("keras", "tensorflow", "jax", "numpy", "pillow", "tifffile")


def provenance(
    data: Sequence[Path], patients: Sequence[LabelledSlices], device: str
) -> dict[str, Any]:
    """What a run's provenance.json holds.

    The data's fingerprint is over patient names, file names and the pixels of slices and masks.
    """
    return {
        "commit": commit(),
        "versions": {"python": platform.python_version(), **_versions()},
        "platform": platform.platform(),
        "device": device,
        "data": [str(path) for path in data],
        "patients": len(patients),
        "slices": sum(len(group.files) for group in patients),
        "tumour_slices": sum(int(group.truth.any(axis=(1, 2)).sum()) for group in patients),
        "data_fingerprint": _fingerprint(patients),
    }


def commit() -> str | None:
    """The checkout's commit, with `+changes` when files differ from it; None outside git."""
    try:
        head = _git("rev-parse", "HEAD")
        return f"{head}+changes" if _git("status", "--porcelain", "--untracked-files=no") else head
    except (OSError, subprocess.SubprocessError):
        return None


def _git(*words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(PROJECT), *words], capture_output=True, text=True, check=True, timeout=10
    )
    return done.stdout.strip()


def _versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _fingerprint(patients: Sequence[LabelledSlices]) -> str:
    digest = hashlib.sha256()
    for group in sorted(patients, key=lambda group: group.patient):
        digest.update("\n".join((group.patient, *group.files)).encode())
        digest.update(group.slices.tobytes())
        digest.update(group.truth.tobytes())
    return digest.hexdigest()[:16]
