"""A whole state of training, written and read: weights, optimiser, counters, random states.

Keras' own callbacks forget on a restart (early stopping its best, the seed generators their
state), so a state is ours. It holds plain NumPy arrays and JSON: no pickle.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from seg_core.errors import DiskFull, RunError
from seg_core.metrics import PixelCounts
from seg_core.training.early_stopping import BestSoFar
from seg_core.training.epoch_sums import EpochSums


@dataclass
class Progress:
    """Where a training stands.

    epoch: the epoch under way, from 1. step: its steps already done.
    total_steps: steps done in the whole run. events_length: bytes of events.jsonl.
    seconds: time spent training so far, validation included; seconds_before: of it in the epochs
    that are done. sums: of the epoch under way, as far as it got.
    continued: how often the run went on from its best epoch; its draws differ each time.
    """

    epoch: int = 1
    step: int = 0
    total_steps: int = 0
    events_length: int = 0
    seconds: float = 0.0
    seconds_before: float = 0.0
    continued: int = 0
    sums: EpochSums = field(default_factory=EpochSums)
    best: BestSoFar = field(default_factory=BestSoFar)


def state_variables(model: Any) -> list[Any]:
    """Everything that training changes in a compiled Keras model, in a fixed order.

    Weights, seed generators of dropout, the optimiser.
    """
    seeds = [
        layer.seed_generator.state
        for layer in model.layers
        if getattr(layer, "seed_generator", None) is not None
    ]
    return [*model.weights, *seeds, *model.optimizer.variables]


def save_state(folder: Path, model: Any, progress: Progress) -> None:
    """Write a state beside `folder`, sync it, and put it in the folder's place.

    At no moment is there no whole state: the old one is moved aside first and removed last.
    Raises DiskFull when there is no room; the state that was there stays.
    """
    part, old = folder.with_name(folder.name + ".part"), folder.with_name(folder.name + ".old")
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir(parents=True)
        arrays = {f"{i:04d}": np.asarray(v) for i, v in enumerate(state_variables(model))}
        with (part / "arrays.npz").open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
            file.flush()
            os.fsync(file.fileno())
        with (part / "progress.json").open("w") as file:
            json.dump(asdict(progress), file)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(
                f"{folder}: no room to write the state. The last one is whole; make room and "
                "resume the run."
            ) from error
        raise
    if folder.exists():  # else `old` is all there is: an earlier save ended right here
        shutil.rmtree(old, ignore_errors=True)
        folder.rename(old)
    part.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def state_folder(folder: Path) -> Path | None:
    """Where the newest whole state of `folder` lies, also after a crash in the middle of a save."""
    for candidate in (folder, folder.with_name(folder.name + ".old")):
        if (candidate / "progress.json").is_file():
            return candidate
    return None


def load_progress(folder: Path) -> Progress:
    """The counters of a state. Raises RunError when there is none."""
    found = state_folder(folder)
    if found is None:
        raise RunError(f"{folder}: expected a saved state, found none. Start the run anew.")
    values = json.loads((found / "progress.json").read_text())
    counts = PixelCounts(**values["sums"].pop("counts"))
    values["sums"] = EpochSums(counts, **values["sums"])
    values.setdefault("seconds_before", values["seconds"])  # of a state from before: all of it
    return Progress(**{**values, "best": BestSoFar(**values["best"])})


def load_state(folder: Path, model: Any) -> Progress:
    """Put a state's arrays into a compiled model; return its counters.

    Raises RunError when the state belongs to another network.
    """
    progress = load_progress(folder)
    variables = state_variables(model)
    with np.load((state_folder(folder) or folder) / "arrays.npz", allow_pickle=False) as arrays:
        if len(arrays.files) != len(variables):
            raise RunError(
                f"{folder}: expected {len(variables)} arrays for this network, "
                f"found {len(arrays.files)}. The recipe was changed; start a run anew."
            )
        for name, variable in zip(sorted(arrays.files), variables, strict=True):
            variable.assign(arrays[name])
    return progress
