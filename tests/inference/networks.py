"""Small networks for tests, released with a card: one without Keras, one of Keras."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from seg_core.models.registry import ReleasedModel
from seg_core.network.silent_openvino import import_openvino
from seg_core.study import Study
from tests.models.released import make_released

SIZE = 64


def make_mean_network(root: Path, **changes: Any) -> ReleasedModel:
    """A released model whose probability is the mean of the channels; made by OpenVINO alone.

    Its weights.keras is a stand-in.
    """
    openvino = import_openvino()
    from openvino import opset13 as ops

    batch = ops.parameter([-1, SIZE, SIZE, 3], np.float32, name="slices")
    mean = ops.reduce_mean(batch, np.array([3]), keep_dims=True)
    scratch = root / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    network = openvino.Model([mean], [batch], "mean")
    openvino.save_model(network, scratch / "network.xml", compress_to_fp16=False)
    files = {name: (scratch / name).read_bytes() for name in ("network.xml", "network.bin")}
    return make_released(root / "models", networks=files, **changes)


def make_study(slices: int = 5, size: int = 96, *, seed: int = 0, channels: int = 3) -> Study:
    """Noise with a bright square in the middle slices, and that square as the truth."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 60, (slices, size, size, channels), dtype=np.uint8)
    truth = np.zeros((slices, size, size), bool)
    truth[1:-1, size // 4 : size // 2, size // 4 : size // 2] = True
    pixels[truth] = 255
    files = tuple(f"STUDY_{i}.tif" for i in range(1, slices + 1))
    return Study("STUDY", "made by a test", files, pixels, truth=truth)
