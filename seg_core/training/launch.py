"""The commands that a launcher carries out for training. It starts nothing itself."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from seg_core.training.recipe import Recipe


def train_command(
    data: Sequence[Path],
    recipe: str,
    settings: Mapping[str, Any],
    run_id: str,
    negatives: Sequence[Path] = (),
    positives: Sequence[Path] = (),
    begin_with: str | None = None,
) -> list[str]:
    """`python -m seg_core train ...` for a new run, with the settings that differ from `recipe`.

    negatives, positives: folders of images without tumour, and with one that nobody outlined.
    begin_with: a run that it goes on from.
    It waits for its device: the queue knows its own jobs, but no run that a terminal started.
    """
    command = [sys.executable, "-m", "seg_core", "train", "--wait"]
    command += ["--recipe", recipe, "--run-id", run_id]
    for folder in data:
        command += ["--data", str(folder)]
    for folder in negatives:
        command += ["--negatives", str(folder)]
    for folder in positives:
        command += ["--positives", str(folder)]
    if begin_with:
        command += ["--begin-with", begin_with]
    for name, value in settings.items():
        command += ["--set", f"{name}={json.dumps(value)}"]
    return command


def resume_command(run_id: str, *, best: bool = False) -> list[str]:
    """`python -m seg_core resume ...` for a run that was stopped, failed or died.

    best: go on from the best epoch with a fresh patience, as after early stopping.
    """
    command = [sys.executable, "-m", "seg_core", "resume", run_id, "--wait"]
    return [*command, "--best"] if best else command


def probe_command(recipe: str, settings: Mapping[str, Any], device: str) -> list[str]:
    """`python -m seg_core probe ...`: how fast a recipe trains on a device, in each precision."""
    command = [sys.executable, "-m", "seg_core", "probe", "--wait"]
    command += ["--recipe", recipe, "--device", device]
    for name, value in settings.items():
        command += ["--set", f"{name}={json.dumps(value)}"]
    return command


def release_command(run_id: str, name: str) -> list[str]:
    """`python -m seg_core release ...`: the run's best network becomes the model `name`."""
    return [sys.executable, "-m", "seg_core", "release", run_id, "--name", name]


def release_label(run_id: str) -> str:
    """What the job is called that releases a run."""
    return f"release {run_id}"


def is_training(argv: Sequence[str]) -> bool:
    """Whether a job is one of these commands; the queue carries out others too."""
    return tuple(argv[1:3]) == ("-m", "seg_core") and tuple(argv[3:4]) in {("train",), ("resume",)}


def differences(recipe: Recipe, base: Recipe) -> dict[str, Any]:
    """The settings of `recipe` that are not those of `base`, by dotted name."""
    return _differences(recipe.model_dump(mode="json"), base.model_dump(mode="json"), "")


def _differences(values: Mapping[str, Any], base: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        other = base.get(name)
        if isinstance(value, dict) and isinstance(other, dict):
            found |= _differences(value, other, f"{prefix}{name}.")
        elif value != other:
            found[prefix + name] = value
    return found
