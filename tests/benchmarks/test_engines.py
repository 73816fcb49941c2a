"""The line that `make bench` ends with."""

from __future__ import annotations

import numpy as np

from benchmarks.engines import figures
from seg_core.study import EngineInfo, Reading


def reading(probability: float, infer_seconds: float) -> Reading:
    return Reading(
        model_name="paper-unet",
        model_version="1",
        model_sha256="",
        engine=EngineInfo("fake", "f32", "none"),
        probability=np.full((4, 2, 2), probability, np.float32),
        confidence=np.zeros(4, np.float32),
        calibrated=False,
        pixel_threshold=0.5,
        confidence_threshold=0.98,
        seconds={"load": 1.0, "infer": infer_seconds},
    )


def test_the_last_line_is_pairs_of_name_and_value_from_the_quickest_repeat() -> None:
    readings = {
        "openvino": [reading(0.5, 0.9), reading(0.5, 0.2)],
        "tensorflow": [reading(0.75, 0.4), reading(0.75, 0.6)],
    }

    line = figures(readings, slices=4)

    assert line == (
        "slices 4 openvino_ms_a_slice 50.0 tensorflow_ms_a_slice 100.0 largest_difference 2.50e-01"
    )
