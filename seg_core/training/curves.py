"""A run's curves, gathered from its events as they arrive. It reads no file and draws nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

METRICS = ("loss", "precision", "recall", "f1", "soft_dice", "dice")
"""What is drawn of each epoch, in the order of the paper's figures 16 to 20."""

PARTS = ("train", "validation")

RECENT_EPOCHS = 5
"""Epochs that the time left is worked out from: long enough to be calm, short enough to follow."""


@dataclass
class Series:
    """Points of one curve, x rising. `y` holds NaN where an epoch had no value."""

    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)

    def add(self, x: float, y: float | None) -> None:
        self.x.append(x)
        self.y.append(math.nan if y is None else float(y))

    def cut(self, last: float) -> None:
        """Drop the points beyond x = last, which a resumed run goes through again."""
        while self.x and self.x[-1] > last:
            self.x.pop()
            self.y.pop()

    def __len__(self) -> int:
        return len(self.x)


@dataclass
class RunCurves:
    """Everything that a run's events have said so far.

    steps: loss by step; x is the epoch as a fraction (1.5 is half way through epoch 2).
    epochs: (part, metric) -> values by epoch, part train or validation.
    pictures: epoch -> files, relative to the run's folder.
    """

    steps: Series = field(default_factory=Series)
    speed: Series = field(default_factory=Series)
    epochs: dict[tuple[str, str], Series] = field(default_factory=dict)
    learning_rate: Series = field(default_factory=Series)
    pictures: dict[int, list[str]] = field(default_factory=dict)
    system: dict[str, Series] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    best_epoch: int | None = None
    patience_left: int | None = None
    last_epoch: int = 0

    def feed(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Take further events in, in the order of the file. Unknown kinds are passed over."""
        takers = {
            "step": self._step,
            "epoch": self._epoch,
            "picture": self._picture,
            "system": self._system,
        }
        for event in events:
            take = takers.get(str(event.get("kind")))
            if take is not None:
                take(event)

    def _step(self, event: Mapping[str, Any]) -> None:
        x = int(event["epoch"]) - 1 + int(event["step"]) / max(int(event["steps"]), 1)
        self._cut_steps(x)
        self.steps.add(x, event.get("loss"))
        if event.get("slices_per_second") is not None:
            self.speed.add(x, event["slices_per_second"])

    def _cut_steps(self, x: float) -> None:
        if self.steps.x and self.steps.x[-1] >= x:
            self.steps.cut(x - 1e-9)
            self.speed.cut(x - 1e-9)

    def _epoch(self, event: Mapping[str, Any]) -> None:
        epoch = int(event["epoch"])
        if epoch <= self.last_epoch:
            self._go_back_to(epoch - 1)
        for part in PARTS:
            for metric, value in (event.get(part) or {}).items():
                self.epochs.setdefault((part, metric), Series()).add(epoch, value)
        self.learning_rate.add(epoch, event.get("learning_rate"))
        self.seconds.append(float(event.get("seconds") or math.nan))
        self.best_epoch = event.get("best_epoch")
        self.patience_left = event.get("patience_left")
        self.last_epoch = epoch

    def _go_back_to(self, epoch: int) -> None:
        for series in [*self.epochs.values(), self.learning_rate]:
            series.cut(epoch)
        del self.seconds[epoch:]
        self.last_epoch = epoch

    def _picture(self, event: Mapping[str, Any]) -> None:
        self.pictures[int(event["epoch"])] = [str(name) for name in event.get("files", ())]

    def _system(self, event: Mapping[str, Any]) -> None:
        x = self.steps.x[-1] if self.steps.x else 0.0
        for name, value in event.items():
            if name not in ("time", "kind") and isinstance(value, int | float):
                self.system.setdefault(name, Series()).add(x, value)

    def value(self, part: str, metric: str, epoch: int | None) -> float | None:
        """What a metric was in an epoch; None where the epoch has no such value."""
        series = self.epochs.get((part, metric))
        if series is None or epoch is None or epoch not in series.x:
            return None
        found = series.y[series.x.index(epoch)]
        return None if math.isnan(found) else found

    def seconds_left(self, epochs: int) -> float | None:
        """Time to the end of the last epoch if early stopping does not come first.

        None before the first epoch is over and when all are done.
        """
        recent = [s for s in self.seconds[-RECENT_EPOCHS:] if not math.isnan(s)]
        done = max(self.steps.x[-1] if self.steps.x else 0.0, float(self.last_epoch))
        if not recent or done >= epochs:
            return None
        return median(recent) * (epochs - done)

    def rows(self) -> list[dict[str, float | int | None]]:
        """One row an epoch, for a table: epoch, learning_rate, and each part's metrics."""
        columns = {
            f"{part}_{metric}": dict(zip(series.x, series.y, strict=True))
            for (part, metric), series in sorted(self.epochs.items())
        }
        return [
            {"epoch": int(x), "learning_rate": _number(rate)}
            | {name: _number(values.get(x, math.nan)) for name, values in columns.items()}
            for x, rate in zip(self.learning_rate.x, self.learning_rate.y, strict=True)
        ]


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value


def thinned(x: Sequence[float], y: Sequence[float], limit: int) -> tuple[list[float], list[float]]:
    """At most about `limit` points that keep every peak: each bucket's minimum and maximum.

    A bucket's width is a power of two points, so that a growing curve does not jump with each
    new point. The first and the last point are always kept; NaN alone in a bucket stays a gap.
    """
    if len(x) <= limit:
        return list(x), list(y)
    width = 2 ** math.ceil(math.log2(2 * len(x) / limit))
    kept = {0, len(x) - 1}
    for begin in range(0, len(x), width):
        bucket = [i for i in range(begin, min(begin + width, len(x))) if not math.isnan(y[i])]
        kept |= (
            {min(bucket, key=y.__getitem__), max(bucket, key=y.__getitem__)} if bucket else {begin}
        )
    order = sorted(kept)
    return [x[i] for i in order], [y[i] for i in order]
