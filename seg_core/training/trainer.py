"""The training loop: epochs, validation, states, stopping. It prepares no data and no folder.

One object trains one run. What it does derives from the recipe and the state alone, so a
run that was stopped, killed or resumed ends where an uninterrupted one does.
"""

from __future__ import annotations

import logging
import math
import time
from pathlib import Path

import numpy as np
import psutil

from seg_core.data.batches import Batches
from seg_core.errors import RunError
from seg_core.metrics import PixelCounts, count_pixels
from seg_core.training.early_stopping import judge, patience_left
from seg_core.training.events import EventLog
from seg_core.training.pictures import picture_positions, write_picture
from seg_core.training.recipe import Recipe
from seg_core.training.run_folder import RunFolder
from seg_core.training.state import Progress, Trainable, save_state

log = logging.getLogger(__name__)

STEP_EVENT_SECONDS = 1.0
SYSTEM_EVENT_SECONDS = 5.0


class Stopped(Exception):
    """The user asked for a stop; the state has been saved."""


class Trainer:
    """Trains a compiled model until its epochs or its patience end."""

    def __init__(
        self,
        run: RunFolder,
        recipe: Recipe,
        trainable: Trainable,
        train: Batches,
        validation: Batches,
        progress: Progress,
    ) -> None:
        self.run, self.recipe = run, recipe
        self.trainable, self.model = trainable, trainable.model
        self.train, self.validation = train, validation
        self.progress = progress
        self.steps = min(recipe.steps_per_epoch or train.steps, train.steps)
        self.events = EventLog(run.events_path, progress.events_length)
        self.stop_asked = False
        self._shown = picture_positions(validation, recipe.pictures)
        self._step_told = self._system_told = time.monotonic()
        self._slices_untold = 0
        self._process = psutil.Process()

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
        return f"all {self.recipe.epochs} epochs done; the best is epoch {best.best_epoch}"

    def _epoch(self) -> None:
        epoch, began = self.progress.epoch, time.monotonic()
        if self.progress.step == 0:
            self.model.reset_metrics()
        done_before = self.progress.seconds
        figures: dict[str, float] = {}
        for images, truth in self.train.iterate(epoch, self.progress.step, self.steps):
            figures = self._step(images, truth)
            self.progress.seconds = done_before + time.monotonic() - began
            self._obey()
        if not figures:  # resumed after the last step of the epoch
            figures = {k: float(v) for k, v in self.model.get_metrics_result().items()}
        self._finish_epoch(epoch, figures, time.monotonic() - began)

    def _step(self, images: np.ndarray, truth: np.ndarray) -> dict[str, float]:
        rate = self.recipe.learning_rate_at(
            self.progress.total_steps, self.steps * self.recipe.epochs
        )
        self.model.optimizer.learning_rate = rate
        figures = {
            k: float(v)
            for k, v in self.model.train_on_batch(images, truth, return_dict=True).items()
        }
        self.progress.step += 1
        self.progress.total_steps += 1
        if not math.isfinite(figures["loss"]):
            raise RunError(
                f"the loss became {figures['loss']} in epoch {self.progress.epoch}, step "
                f"{self.progress.step}. Lower the learning rate ({rate:g}) and resume."
            )
        self._tell_step(figures["loss"], len(images))
        return figures

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
            )

    def _obey(self) -> None:
        """After a step: save and stop if that was asked."""
        if self.stop_asked or (self.run.path / "commands" / "stop").exists():
            self._save(self.run.last)
            raise Stopped

    def _finish_epoch(self, epoch: int, figures: dict[str, float], seconds: float) -> None:
        validation = self.validate(epoch)
        stopping, best = self.recipe.early_stopping, self.progress.best
        improved = judge(best, stopping, epoch, validation[stopping.monitor])
        self.progress.epoch, self.progress.step = epoch + 1, 0
        self.events.append(
            "epoch",
            epoch=epoch,
            train={k: round(v, 6) for k, v in figures.items()},
            validation={k: round(v, 6) for k, v in validation.items()},
            learning_rate=float(self.model.optimizer.learning_rate),
            seconds=round(seconds, 2),
            best_epoch=best.best_epoch,
            best_value=best.best_value,
            patience_left=patience_left(best, stopping),
        )
        self._save(self.run.last)
        if improved:
            self._save(self.run.best)
        log.info(
            "epoch %d/%d: loss %.4f, validation loss %.4f, F1 %.4f, soft Dice %.4f%s",
            epoch, self.recipe.epochs, figures["loss"], validation["loss"], validation["f1"],
            validation["soft_dice"], " (best)" if improved else "",
        )  # fmt: skip

    def _save(self, folder: Path) -> None:
        self.progress.events_length = self.events.length
        save_state(folder, self.trainable, self.progress)

    def validate(self, epoch: int) -> dict[str, float]:
        """Figures over the validation slices, at the network's size; draws the pictures."""
        total, dices, threshold = PixelCounts(), [], self.recipe.pixel_threshold
        files, position = [], 0
        for images, truth in self.validation.iterate(epoch):
            probabilities = np.asarray(self.model.predict_on_batch(images))[..., 0]
            for image, mask, probability in zip(images, truth[..., 0] > 0, probabilities, strict=True):
                counts = count_pixels(probability, mask, threshold)
                total += counts
                if counts.truth_px:
                    dices.append(counts.dice or 0.0)
                if position in self._shown:
                    name = f"pictures/{epoch}/{self._shown.index(position) + 1}.png"
                    write_picture(self.run.path / name, image, mask, probability, threshold)
                    files.append(name)
                position += 1
        if files:
            self.events.append("picture", epoch=epoch, files=sorted(files))
        return _figures(total, dices, self.recipe.loss)


def _figures(total: PixelCounts, dices: list[float], loss: str) -> dict[str, float]:
    """The figures that curves are drawn from; what is not defined counts 0 here."""
    bce, soft_dice = total.bce or 0.0, total.soft_dice or 0.0
    losses = {"bce": bce, "dice": 1 - soft_dice, "bce+dice": bce + 1 - soft_dice}
    return {
        "loss": losses[loss],
        "bce": bce,
        "precision": total.precision or 0.0,
        "recall": total.recall or 0.0,
        "f1": total.dice or 0.0,
        "soft_dice": soft_dice,
        "dice": float(np.mean(dices)) if dices else 0.0,
    }
