"""Losses and epoch figures on four pixels, the expected value as arithmetic."""

import math

import numpy as np
import pytest

from seg_core.network.losses import LOSSES
from seg_core.network.metrics import EpochFigures

TRUTH = np.array([1, 1, 0, 0], np.float32).reshape(1, 2, 2, 1)
PROBABILITY = np.array([0.9, 0.4, 0.6, 0.1], np.float32).reshape(1, 2, 2, 1)
BCE = -(math.log(0.9) + math.log(0.4) + math.log(0.4) + math.log(0.9)) / 4
SOFT_DICE = 2 * (0.9 + 0.4) / (2.0 + 2)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("bce", BCE), ("dice", 1 - SOFT_DICE), ("bce+dice", BCE + 1 - SOFT_DICE)],
)
def test_each_loss_on_four_pixels(name, expected):
    assert float(LOSSES[name](TRUTH, PROBABILITY)) == pytest.approx(expected, rel=1e-4)


def test_figures_of_an_epoch_on_four_pixels():
    figures = EpochFigures(threshold=0.5)
    figures.update_state(TRUTH, PROBABILITY)

    found = {name: float(value) for name, value in figures.result().items()}
    assert found == pytest.approx(
        {"bce": BCE, "precision": 1 / 2, "recall": 1 / 2, "f1": 1 / 2,
         "soft_dice": SOFT_DICE, "dice": 1 / 2},
        rel=1e-4,
    )  # fmt: skip


def test_a_slice_without_tumour_does_not_enter_the_mean_dice_of_slices():
    figures = EpochFigures()
    figures.update_state(TRUTH, TRUTH)
    figures.update_state(np.zeros_like(TRUTH), PROBABILITY)

    assert float(figures.result()["dice"]) == pytest.approx(1.0)


def test_figures_start_again_after_a_reset():
    figures = EpochFigures()
    figures.update_state(TRUTH, PROBABILITY)
    figures.reset_state()

    assert float(figures.result()["soft_dice"]) == 0.0
