"""Writes run folders as a trainer would, for tests of what pages show of them."""

from __future__ import annotations

import json
import socket
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from seg_core.data.split import make_split
from seg_core.training.events import EventLog
from seg_core.training.recipe import Recipe
from seg_core.training.run_folder import RunFolder
from seg_core.training.state import Progress

GONE = {"pid": 2**22 + 1, "start": 1.0, "heartbeat": 1.0}
"""A trainer that cannot live: Linux gives no pid that high."""


def make_run(
    runs: Path,
    run_id: str,
    epochs: int,
    *,
    ended: str | None = "finished",
    reason: str = "",
    best: int | None = None,
    data: Path | None = None,
    **changed: Any,
) -> RunFolder:
    """A run of `epochs` epochs of 4 steps whose validation soft Dice is 0.1 an epoch.

    ended: its last state, or None for a trainer that is gone without a word.
    best: the epoch after which nothing was better; the last one where None.
    data: the data set that it names. changed: settings of its recipe, `__` for a dot.
    """
    run = RunFolder(runs / run_id)
    for state in (run.last, run.best):
        state.mkdir(parents=True)
        (state / "progress.json").write_text(json.dumps(asdict(Progress())))
    settings = {name.replace("__", "."): value for name, value in changed.items()}
    recipe = Recipe().changed({"epochs": 9, "network.filters": 4} | settings)
    split = make_split({f"P_{i}": [f"{i}_1.tif"] for i in range(8)}, recipe.split)
    write(run, "recipe.json", recipe.model_dump_json())
    write(run, "split.json", split.model_dump_json())
    write(run, "provenance.json", json.dumps({"commit": "c0ffee", "data": [str(data or runs)]}))
    write(run, "trainer.json", json.dumps(GONE | {"host": socket.gethostname()}))
    log = EventLog(run.events_path)
    log.append("state", state="training", reason="")
    for epoch in range(1, epochs + 1):
        add_epoch(run, log, epoch, min(epoch, best or epoch))
    if ended is not None:
        log.append("state", state=ended, reason=reason)
    log.close()
    return run


def add_epoch(run: RunFolder, log: EventLog, epoch: int, best: int | None = None) -> None:
    """One epoch's events and picture; `best` is the best so far, this one where None."""
    best = best or epoch
    for step in range(1, 5):
        log.append("step", epoch=epoch, step=step, steps=4, loss=1 / epoch, slices_per_second=8.0)
    names = ("loss", "bce", "precision", "recall", "f1", "soft_dice", "dice")
    figures = dict.fromkeys(names, epoch / 10)
    picture = f"pictures/{epoch}/1.png"
    (run.path / picture).parent.mkdir(parents=True)
    Image.fromarray(np.full((8, 32), 10 * epoch, np.uint8)).save(run.path / picture)
    log.append("picture", epoch=epoch, files=[picture])
    log.append(
        "epoch", epoch=epoch, train=figures, validation=figures, learning_rate=1e-3, seconds=60.0,
        best_epoch=best, best_value=best / 10, patience_left=10,
    )  # fmt: skip


def write(run: RunFolder, name: str, content: str) -> None:
    (run.path / name).write_text(content, encoding="utf-8")
