"""Runs side by side: each at its best epoch, and what sets their settings apart. Draws nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seg_core.errors import RunError
from seg_core.training.curves import METRICS, RunCurves
from seg_core.training.run_folder import RunFolder


@dataclass(frozen=True)
class ComparedRun:
    """What a comparison needs of one run.

    at_best: validation figures of the best epoch; None where there is none.
    settings: the recipe's values by dotted name. seconds: training time of all epochs.
    split_title: such as `patient` or `fold 2 of 5 (lgg-88)`; leaks: whether it is one of slices.
    """

    run_id: str
    settings: dict[str, Any]
    split_title: str
    leaks: bool
    split_fingerprint: str
    commit: str
    epochs: int
    best_epoch: int | None
    at_best: dict[str, float | None]
    seconds: float


def compared(folder: RunFolder, curves: RunCurves) -> ComparedRun:
    """One run as it stands. Raises RunError when its folder is damaged."""
    split = folder.split()
    try:
        commit = str(folder.provenance().get("commit") or "–")
    except RunError:  # a run that has only just begun has none yet
        commit = "–"
    at_best = {m: curves.value("validation", m, curves.best_epoch) for m in METRICS}
    return ComparedRun(
        run_id=folder.id,
        settings=flat(folder.recipe().model_dump(mode="json")),
        split_title=split.title,
        leaks=split.settings.kind == "slice",
        split_fingerprint=split.fingerprint,
        commit=commit,
        epochs=curves.last_epoch,
        best_epoch=curves.best_epoch,
        at_best=at_best,
        seconds=sum(s for s in curves.seconds if not math.isnan(s)),
    )


def by_split(runs: Sequence[ComparedRun]) -> dict[str, list[str]]:
    """Split fingerprint -> ids of the runs that were measured on it."""
    found: dict[str, list[str]] = {}
    for run in runs:
        found.setdefault(run.split_fingerprint, []).append(run.run_id)
    return found


def same_split(runs: Sequence[ComparedRun]) -> bool:
    """Whether all were measured on the same patients (or slices)."""
    return len({run.split_fingerprint for run in runs}) <= 1


def setting_differences(runs: Sequence[ComparedRun]) -> dict[str, list[Any]]:
    """Settings that are not the same in all runs: dotted name -> a value a run, None if absent."""
    names = {name: None for run in runs for name in run.settings}  # a dict keeps their order
    values = {name: [run.settings.get(name) for run in runs] for name in names}
    return {name: row for name, row in values.items() if any(v != row[0] for v in row)}


def flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested settings by dotted name."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = value
    return found
