"""The training loop: epochs, validation, states, stopping. It prepares no data and no folder.

One object trains one run. What it does derives from the recipe and the state alone, so a
run that was stopped, killed or resumed ends where an uninterrupted one does.
"""

from __future__ import annotations

import logging
import math
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from seg_core.data.batches import Batches
from seg_core.errors import RunError
from seg_core.jobs.devices import gpu_figures, visible_gpus
from seg_core.metrics import count_pixels
from seg_core.training.averaging import averaged
from seg_core.training.early_stopping import judge, patience_left
from seg_core.training.epoch_sums import EpochSums, of_batch, of_slice
from seg_core.training.events import EventLog
from seg_core.training.pictures import picture_positions, write_picture
from seg_core.training.recipe import Recipe
from seg_core.training.run_folder import RunFolder
from seg_core.training.state import Progress, save_state
from seg_core.training.tensorboard import TensorBoardFolder

log = logging.getLogger(__name__)

STEP_EVENT_SECONDS = 1.0
SYSTEM_EVENT_SECONDS = 5.0


Figures = dict[str, float | None]
"""Figures of an epoch by name; None for one that is not defined."""


class Stopped(Exception):
    """The user asked for a stop; the state has been saved."""


class Trainer:
    """Trains a compiled model until its epochs or its patience end."""

    def __init__(
        self,
        run: RunFolder,
        recipe: Recipe,
        model: Any,
        train: Batches,
        validation: Batches,
        progress: Progress,
    ) -> None:
        self.run, self.recipe, self.model = run, recipe, model
        self.train, self.validation = train, validation
        self.progress = progress
        self.steps = min(recipe.steps_per_epoch or train.steps, train.steps)
        self.events = EventLog(run.events_path, progress.events_length)
        self.tensorboard = TensorBoardFolder(run.path / "tensorboard", progress.epoch)
        self.stop_asked = False
        self._shown = picture_positions(validation, recipe.pictures)
        self._step_told = self._system_told = time.monotonic()
        self._slices_untold = 0
        self._process = psutil.Process()
        self._process.cpu_percent()  # the first answer is always 0: it only begins the count

    def fit(self) -> str:
        """Train to the end and return the reason for it. Raises Stopped, RunError, DiskFull."""
        self.events.append("state", state="training", reason="")
        while self.progress.epoch <= self.recipe.epochs:
            if self._patience_ended():
                break
            self._epoch()
        if self.progress.best.best_epoch is None:  # ended before early stopping began to look
            self._save(self.run.best)
        return self._end_reason()

    def _patience_ended(self) -> bool:
        return patience_left(self.progress.best, self.recipe.early_stopping) == 0

    def _end_reason(self) -> str:
        best = self.progress.best
        if self._patience_ended():
            return (
                f"early stopping: {self.recipe.early_stopping.monitor} did not improve for "
                f"{best.waited} epochs; the best is epoch {best.best_epoch}"
            )
        done = f"all {self.recipe.epochs} epochs done"
        if best.best_epoch is None:
            return f"{done}; too few for early stopping to choose, so the last one is kept"
        return f"{done}; the best is epoch {best.best_epoch}"

    def close(self) -> None:
        """Close the files that grow with the run."""
        self.events.close()
        self.tensorboard.close()

    def _epoch(self) -> None:
        epoch = self.progress.epoch
        self.run_steps(self.steps)
        self._finish_epoch(epoch)

    def run_steps(self, stop: int) -> None:
        """Train on the batches of this epoch up to step `stop`. Raises Stopped when asked to."""
        began, before = time.monotonic(), self.progress.seconds
        for images, truth in self.train.iterate(self.progress.epoch, self.progress.step, stop):
            self._step(images, truth)
            self.progress.seconds = before + time.monotonic() - began
            self._obey()

    def _step(self, images: np.ndarray, truth: np.ndarray) -> None:
        rate = self._learning_rate(self.progress.total_steps)
        self.model.optimizer.learning_rate = rate
        sums = self.model.train_on_batch(images, truth, return_dict=True)
        loss = float(sums.pop("loss"))
        self.progress.step += 1
        self.progress.total_steps += 1
        self._check_finite({"loss": loss})
        self.progress.sums += of_batch({name: float(value) for name, value in sums.items()})
        self._tell_step(loss, len(images))

    def _check_finite(self, figures: Figures) -> None:
        """Raise RunError for a figure that is no number: training has run away."""
        for name, value in figures.items():
            if value is not None and not math.isfinite(value):
                rate = self._learning_rate(self.progress.total_steps - 1)
                raise RunError(
                    f"the {name} became {value} in epoch {self.progress.epoch}, step "
                    f"{self.progress.step}. Begin a new run with a lower learning rate than "
                    f"{rate:g}."
                )

    def _learning_rate(self, step: int) -> float:
        """Of a step of the whole run, from 0."""
        return self.recipe.learning_rate_at(step, self.steps * self.recipe.epochs)

    def _tell_step(self, loss: float, slices: int) -> None:
        """Write a step event once a second and a system event now and then."""
        now = time.monotonic()
        self._slices_untold += slices
        since = now - self._step_told
        if since >= STEP_EVENT_SECONDS or self.progress.step == self.steps:
            self.events.append(
                "step",
                epoch=self.progress.epoch,
                step=self.progress.step,
                steps=self.steps,
                loss=round(loss, 6),
                slices_per_second=round(self._slices_untold / max(since, 1e-6), 2),
            )
            self._step_told, self._slices_untold = now, 0
        if now - self._system_told >= SYSTEM_EVENT_SECONDS:
            self._system_told = now
            self.events.append(
                "system",
                cpu_percent=self._process.cpu_percent(),
                memory_mb=round(self._process.memory_info().rss / 1e6, 1),
                **gpu_figures(visible_gpus(os.environ)),
            )

    def _obey(self) -> None:
        """After a step: save and stop if that was asked."""
        if self.stop_asked or (self.run.path / "commands" / "stop").exists():
            self._save(self.run.last)
            raise Stopped

    def _finish_epoch(self, epoch: int) -> None:
        training = self.progress.sums.figures(self.recipe.loss)
        rate = self._learning_rate(self.progress.total_steps - 1)
        began = time.monotonic()
        with averaged(self.model):
            validation, pictures = self.validate(epoch)
        self.progress.seconds += time.monotonic() - began
        self._check_finite(validation)
        stopping, best = self.recipe.early_stopping, self.progress.best
        improved = judge(best, stopping, epoch, validation[stopping.monitor])
        seconds = self.progress.seconds - self.progress.seconds_before
        self.progress.seconds_before = self.progress.seconds
        self.progress.epoch, self.progress.step, self.progress.sums = epoch + 1, 0, EpochSums()
        self.events.append(
            "epoch",
            epoch=epoch,
            train=_rounded(training),
            validation=_rounded(validation),
            learning_rate=rate,
            seconds=round(seconds, 2),
            best_epoch=best.best_epoch,
            best_value=best.best_value,
            patience_left=patience_left(best, stopping),
        )
        self.tensorboard.epoch(
            epoch,
            {"train": training, "validation": validation},
            rate,
            [self.run.path / name for name in pictures],
        )
        if improved:  # before `last`: whoever resumes from there takes the best to be written
            self._save(self.run.best)
        self._save(self.run.last)
        told = ", ".join(
            f"{name} {_text(validation[name])}" for name in ("loss", "f1", "soft_dice")
        )
        log.info(
            "epoch %d/%d: loss %s; validation %s%s",
            epoch, self.recipe.epochs, _text(training["loss"]), told, " (best)" if improved else "",
        )  # fmt: skip

    def _save(self, folder: Path) -> None:
        self.progress.events_length = self.events.length
        save_state(folder, self.model, self.progress)

    def validate(self, epoch: int) -> tuple[Figures, list[str]]:
        """Figures over the validation slices, at the network's size, and the pictures drawn."""
        sums, threshold = EpochSums(), self.recipe.pixel_threshold
        files, position = [], 0
        for images, truth in self.validation.iterate(epoch):
            probabilities = np.asarray(self.model.predict_on_batch(images))[..., 0]
            for image, mask, probability in zip(
                images, truth[..., 0] > 0, probabilities, strict=True
            ):
                sums += of_slice(count_pixels(probability, mask, threshold))
                if position in self._shown:
                    name = f"pictures/{epoch}/{self._shown.index(position) + 1}.png"
                    write_picture(self.run.path / name, image, mask, probability, threshold)
                    files.append(name)
                position += 1
        if files:
            self.events.append("picture", epoch=epoch, files=sorted(files))
        return sums.figures(self.recipe.loss), sorted(files)


def _rounded(figures: Figures) -> Figures:
    return {name: None if value is None else round(value, 6) for name, value in figures.items()}


def _text(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
