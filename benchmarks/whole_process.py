"""`python -m seg_core segment` as a person calls it: seconds and most memory of a whole process.

The study is a phantom on disk whose slices repeat, so that long ones cost no time to make.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import tifffile

from seg_core.data.phantom import phantom_study

DISTINCT = 20
"""Slices of the phantom, which then begins again."""


@dataclass(frozen=True)
class Call:
    """One call on a study of so many slices. peak_mb: most memory at a time, 10^6 bytes."""

    slices: int
    seconds: float
    peak_mb: float


def write_study(folder: Path, slices: int) -> Path:
    """A patient's folder of 256 x 256 slices without masks, as files on disk."""
    study = phantom_study(seed=0, slices=min(DISTINCT, slices))
    folder.mkdir(parents=True)
    for number in range(slices):
        path = folder / f"{folder.name}_{number + 1}.tif"
        tifffile.imwrite(path, study.slices[number % len(study)], photometric="rgb")
    return folder


def segment(study: Path, out: Path, slices: int, model: str) -> Call:
    """Segment the study with the defaults of the command, up to its last file."""
    command = [sys.executable, "-m", "seg_core", "segment", str(study), "--out", str(out)]
    began = time.perf_counter()
    process = subprocess.Popen([*command, "--model", model, "--quiet"])
    _, status, used = os.wait4(process.pid, 0)
    took = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or not (out / study.name / "triage.csv").is_file():
        raise SystemExit(f"{' '.join(command)}: expected triage.csv, found exit code {status}")
    shutil.rmtree(out)
    kilo = 1 if sys.platform == "darwin" else 1024  # kB on Linux, bytes on a Mac
    return Call(slices, took, used.ru_maxrss * kilo / 1e6)


def grow(scratch: Path, model: str, lengths: tuple[int, ...]) -> list[Call]:
    """A call for each length of a study."""
    calls = []
    for slices in lengths:
        study = write_study(scratch / f"study-{slices}", slices)
        calls.append(segment(study, scratch / "out", slices, model))
        shutil.rmtree(study)
    return calls
