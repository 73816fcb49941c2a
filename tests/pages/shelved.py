"""Puts small studies and readings on a shelf for tests of pages."""

from __future__ import annotations

import numpy as np

from pages.components import session
from pages.components.workspace import Workspace
from seg_core.store import MAIN, Mode
from seg_core.study import LGG_CHANNELS, EngineInfo, Reading, Study


def make_study(name: str = "TCGA_A", slices: int = 20, truth: bool = True) -> Study:
    """Noise, another for each name; the truth, if any, is a square in slices 6 to 8."""
    rng = np.random.default_rng(list(name.encode()))
    noise = rng.integers(0, 255, (slices, 32, 32, 3), dtype=np.uint8)
    mask = np.zeros((slices, 32, 32), bool)
    mask[5:8, 8:16, 8:16] = True
    return Study(
        name=name,
        source="a test",
        files=tuple(f"{name}_{i}.tif" for i in range(1, slices + 1)),
        slices=noise,
        truth=mask if truth else None,
        truth_known=np.ones(slices, bool) if truth else None,
        channels=LGG_CHANNELS,
    )


def make_reading(
    confident: dict[int, float],
    slices: int = 20,
    *,
    calibrated: bool = True,
    sha256: str = "0" * 64,
) -> Reading:
    """Slices (from 1) of the given confidence, 0.01 elsewhere; the mask is the truth's square."""
    confidence = np.full(slices, 0.01, np.float32)
    for number, value in confident.items():
        confidence[number - 1] = value
    probability = np.zeros((slices, 32, 32), np.float32)
    probability[5:8, 8:16, 8:16] = 0.9
    return Reading(
        model_name="paper-unet",
        model_version="1",
        model_sha256=sha256,
        engine=EngineInfo("openvino", "f32", "CPU"),
        probability=probability,
        confidence=confidence,
        calibrated=calibrated,
        pixel_threshold=0.5,
        confidence_threshold=0.98,
    )


def shelve(
    workspace: Workspace, confident: dict[int, float] | None, *, calibrated: bool = True
) -> str:
    """Put one study on the shelf, read when `confident` is given; its id."""
    study_id = workspace.shelf.add(make_study())
    if confident is not None:
        workspace.shelf.save_reading(study_id, make_reading(confident, calibrated=calibrated))
    return study_id


def seated(workspace: Workspace, name: str = "Ada", mode: Mode = "first") -> dict[str, object]:
    """Somebody of that name ("" for nobody) sits at a browser: the state that opens pages there.

    mode: how the list Main is read.
    """
    if workspace.room.lists()[0].mode != mode:
        workspace.room.set_mode(workspace.room.sit("a desk", "who sets modes"), MAIN, mode)
    workspace.room.sit("a browser", name)
    return {session.BROWSER: "a browser"}
