"""Small studies and readings for browser tests, drawn from a seed. Nothing here is a result."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from seg_core.settings import Settings
from seg_core.store import StudyShelf
from seg_core.study import LGG_CHANNELS, EngineInfo, Reading, Study

SIZE = 48
MODEL = "made-for-tests"


def make_study(seed: int, slices: int = 9, size: int = SIZE, name: str = "MADE") -> Study:
    """Noise with a truth: a square on each slice but the first, none on the last."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (slices, size, size, 3), dtype=np.uint8)
    truth = np.zeros((slices, size, size), bool)
    for index in range(1, slices - 1):
        truth[index, 8 : 10 + 2 * index, 10 : 30 + index % 4] = True
    return Study(
        name=f"{name}_{seed}",
        source="made in a test",
        files=tuple(f"{name}_{seed}_{i + 1}.tif" for i in range(slices)),
        slices=pixels,
        truth=truth,
        truth_known=np.ones(slices, bool),
        channels=LGG_CHANNELS,
    )


def make_reading(study: Study, seed: int, pixel_threshold: float = 0.37) -> Reading:
    """Probabilities over the whole range, dense near 0 and 1; every tick decides some pixel."""
    rng = np.random.default_rng(seed)
    logit = rng.normal(0.0, 4.0, (len(study), *study.height_width))
    probability = (1.0 / (1.0 + np.exp(-logit))).astype(np.float32)
    confidence = np.linspace(0.1, 0.999, len(study), dtype=np.float32)
    return Reading(
        model_name=MODEL,
        model_version="1",
        model_sha256="0" * 64,
        engine=EngineInfo("openvino", "f32", "CPU"),
        probability=probability,
        confidence=confidence,
        calibrated=True,
        pixel_threshold=pixel_threshold,
        confidence_threshold=0.98,
    )


def put_on_shelf(home: Path, study: Study, reading: Reading | None = None) -> str:
    """The study's id on the shelf of the workspace `home`."""
    shelf = StudyShelf(Settings(home=home))
    study_id = shelf.add(study)
    if reading is not None:
        shelf.save_reading(study_id, reading)
    shelf.close()
    return study_id
