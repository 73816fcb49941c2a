"""The size of the PyTorch U-Net that is timed, and how many multiplications it takes."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.torch_unet import build, multiplications, predict


def test_multiplications_are_those_of_its_convolutions() -> None:
    down = 9 * (3 * 1 + 1 * 1) * 16  # two 3 x 3 at 4 x 4 pixels: 3 to 1, 1 to 1
    bottom = 9 * (1 * 2 + 2 * 2) * 4  # at 2 x 2 pixels: 1 to 2, 2 to 2
    rise = 2 * 1 * 16  # each of 4 x 4 pixels from one of 2 features
    up = 9 * (2 * 1 + 1 * 1) * 16  # joined 2 to 1, 1 to 1
    assert multiplications(size=4, features=1, depth=1) == down + bottom + rise + up + 16


def test_it_has_the_parameters_of_brain_segmentation_pytorch() -> None:
    pytest.importorskip("torch", reason="pip install -r requirements-bench.txt")

    assert sum(weights.numel() for weights in build().parameters()) == 7_763_041
    assert predict(build(2, 1), np.zeros((1, 8, 8, 3), np.float32)).shape == (1, 8, 8)
