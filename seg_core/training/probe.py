"""How fast a recipe's network trains on a device, measured on random slices. It reads no data.

Asked before anyone commits to a run: minutes an epoch, and whether mixed precision is faster
there. The pipeline is not in it: `make bench-train` says what that takes away.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from seg_core.errors import RunError
from seg_core.jobs.devices import list_devices
from seg_core.settings import Settings
from seg_core.training.build import build_model
from seg_core.training.recipe import Recipe
from seg_core.whole_files import write_whole

PRECISIONS = ("float32", "mixed_bfloat16")

WARM_UP_STEPS = 2
"""Steps in which a network is traced and compiled; they are not timed."""

OnStep = Callable[[int, int], None]
"""Called with (steps done, steps in all)."""


class Probe(BaseModel):
    """Measured speeds of one network with one batch size on one device.

    title: the device for people. network: digest of its settings.
    slices_per_second: precision -> slices trained on; predicted_per_second: slices segmented,
    as validation does.
    """

    model_config = ConfigDict(frozen=True)

    device: str
    title: str
    network: str
    batch: int
    steps: int
    slices_per_second: dict[str, float]
    predicted_per_second: dict[str, float]
    measured_at: str

    @property
    def fastest(self) -> str:
        """The precision with which training is fastest."""
        return max(self.slices_per_second, key=self.slices_per_second.__getitem__)


def minutes_an_epoch(
    probe: Probe, slices: int, validation_slices: int = 0, precision: str | None = None
) -> float:
    """Minutes that an epoch takes at the least; with the fastest precision unless one is named."""
    name = precision or probe.fastest
    seconds = slices / probe.slices_per_second[name]
    return (seconds + validation_slices / probe.predicted_per_second[name]) / 60


def stored_probe(settings: Settings, recipe: Recipe, device: str) -> Probe | None:
    """The probe of this network, batch size and device, or None where there is none."""
    try:
        return Probe.model_validate_json(_path(settings, recipe, device).read_bytes())
    except (OSError, ValidationError):  # not measured yet, or by an older version
        return None


def measure(recipe: Recipe, device: str, steps: int = 8, on_step: OnStep | None = None) -> Probe:
    """Train and predict on random slices, the precisions by turns, and take each one's median.

    By turns, so that whatever else the machine does in between hits them alike.
    Raises RunError when the batch does not fit into the device's memory.
    """
    images, truth = random_batch(recipe)
    models = {p: build_model(recipe.changed({"precision": p})) for p in PRECISIONS}
    trained: dict[str, list[float]] = {p: [] for p in PRECISIONS}
    predicted: dict[str, list[float]] = {p: [] for p in PRECISIONS}
    for step in range(WARM_UP_STEPS + steps):
        for name, model in models.items():
            trained[name].append(_seconds(partial(model.train_on_batch, images, truth), recipe))
            predicted[name].append(_seconds(partial(model.predict_on_batch, images), recipe))
        if on_step is not None:
            on_step(step + 1, WARM_UP_STEPS + steps)
    return Probe(
        device=device,
        title=_title(device),
        network=_digest(recipe.network.model_dump(mode="json")),
        batch=recipe.batch_size,
        steps=steps,
        slices_per_second=_speeds(trained, recipe.batch_size),
        predicted_per_second=_speeds(predicted, recipe.batch_size),
        measured_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def store_probe(settings: Settings, recipe: Recipe, probe: Probe) -> Path:
    """Keep a probe for `stored_probe`, in `<home>/probes/`."""
    path = _path(settings, recipe, probe.device)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, probe.model_dump_json(indent=1))
    return path


def random_batch(recipe: Recipe) -> tuple[np.ndarray, np.ndarray]:
    """A batch as the pipeline makes them, of noise: slices and truth, float32 (b, s, s, c or 1)."""
    rng = np.random.default_rng(recipe.seed)
    shape = (recipe.batch_size, recipe.network.size, recipe.network.size)
    images = rng.random((*shape, recipe.network.channels), np.float32)
    return images, (rng.random((*shape, 1)) < 0.02).astype(np.float32)


def probe_text(probe: Probe) -> str:
    """A line a precision, and which is faster."""
    lines = [f"{probe.title}, batches of {probe.batch}"]
    for name, speed in probe.slices_per_second.items():
        lines.append(
            f"{name}: trains on {speed:.1f} slices a second, segments "
            f"{probe.predicted_per_second[name]:.1f}"
        )
    slowest = min(probe.slices_per_second.values())
    gain = probe.slices_per_second[probe.fastest] / slowest
    return "\n".join([*lines, f"{probe.fastest} is faster, {gain:.2f} times"])


def _seconds(call: Callable[[], Any], recipe: Recipe) -> float:
    began = time.monotonic()
    try:
        call()
    except Exception as error:
        if "RESOURCE_EXHAUSTED" in str(error) or "OOM" in str(error):
            raise RunError(
                f"batch_size: a batch of {recipe.batch_size} slices does not fit into the "
                "device's memory. Choose a smaller one."
            ) from error
        raise
    return time.monotonic() - began


def _speeds(seconds: Mapping[str, list[float]], batch: int) -> dict[str, float]:
    return {name: batch / median(taken[WARM_UP_STEPS:]) for name, taken in seconds.items()}


def _path(settings: Settings, recipe: Recipe, device: str) -> Path:
    what = {
        "device": device,
        "title": _title(device),  # workspaces may be shared by machines
        "network": recipe.network.model_dump(mode="json"),
        "batch": recipe.batch_size,
    }
    return settings.home / "probes" / f"{_digest(what)}.json"


def _title(device: str) -> str:
    return next((found.title for found in list_devices() if found.name == device), device)


def _digest(values: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]
