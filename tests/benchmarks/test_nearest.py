"""How like a left-out image is to what was trained on, and what becomes of it."""

import numpy as np
import pytest

from benchmarks.nearest import line, most_like
from seg_core.evaluation.grey_twins import thumbnail


def test_a_mirrored_copy_is_as_like_as_a_copy_and_another_picture_is_not() -> None:
    first, second = (
        np.random.default_rng(seed).integers(0, 255, (64, 64, 1), np.uint8) for seed in (0, 1)
    )
    known = thumbnail(first)[None]

    assert most_like(thumbnail(first[:, ::-1]), known) == pytest.approx(1, abs=1e-3)
    assert most_like(thumbnail(second), known) < 0.3


def test_a_line_counts_masks_by_likeness() -> None:
    images = [(0.2, True), (0.95, False), (0.95, True), (1.0, True)]

    assert line(images) == "0.00 to 0.60: 1 of 1, 0.90 to 1.00: 2 of 3"
