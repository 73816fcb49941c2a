"""Losses and the sums of a batch on four pixels, the expected value as arithmetic."""

import math

import numpy as np
import pytest

from seg_core.network.losses import LARGEST, LOSSES, TOO_LARGE, image_level, loss_named
from seg_core.network.metrics import BatchSums

TRUTH = np.array([1, 1, 0, 0], np.float32).reshape(1, 2, 2, 1)
PROBABILITY = np.array([0.9, 0.4, 0.6, 0.1], np.float32).reshape(1, 2, 2, 1)
BCE = -(math.log(0.9) + math.log(0.4) + math.log(0.4) + math.log(0.9)) / 4
SIDE = 12
"""Of slices with more pixels than image_level pools."""
EYE = np.eye(SIDE, dtype=np.float32)[None, ..., None]
SOFT_DICE = 2 * (0.9 + 0.4) / (2.0 + 2)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("bce", BCE), ("dice", 1 - SOFT_DICE), ("bce+dice", BCE + 1 - SOFT_DICE)],
)
def test_each_loss_on_four_pixels(name, expected):
    assert float(LOSSES[name](TRUTH, PROBABILITY)) == pytest.approx(expected, rel=1e-4)


def test_what_a_deeper_level_draws_weighs_half_of_the_level_above():
    other = np.full_like(PROBABILITY, 0.5)

    loss = LOSSES["bce"](TRUTH, np.concatenate([PROBABILITY, other], axis=-1))

    assert float(loss) == pytest.approx((BCE + math.log(2) / 2) / 1.5, rel=1e-4)


def test_a_slice_with_tumour_somewhere_costs_what_its_strongest_pixels_lack():
    half = np.full((2, SIDE, SIDE, 1), 0.5, np.float32)
    truth = np.stack([np.full((SIDE, SIDE, 1), -1, np.float32), EYE[0]])

    expected = (math.log(2) + TOO_LARGE * (0.5 - LARGEST)) / 2
    assert float(image_level(truth, half)) == pytest.approx(expected, rel=1e-4)


def test_a_slice_without_tumour_costs_what_its_strongest_pixels_claim():
    truth = np.zeros((1, SIDE, SIDE, 1), np.float32)
    claimed = np.full_like(truth, 0.75)

    assert float(image_level(truth, claimed)) == pytest.approx(math.log(4), rel=1e-4)


def test_with_image_level_a_slice_of_unknown_outline_adds_nothing_to_the_loss_of_outlines():
    drawn = np.full_like(EYE, 0.3)
    alone = LOSSES["dice"](EYE, drawn)
    both = np.concatenate([EYE, np.full_like(EYE, -1)]), np.concatenate([drawn, drawn])

    weighted = loss_named("dice", 0.1)(*both) - 0.1 * image_level(*both)
    assert float(weighted) == pytest.approx(float(alone), rel=1e-4)


def test_sums_leave_out_slices_of_unknown_outline():
    known, both = BatchSums(), BatchSums()
    known.update_state(TRUTH, PROBABILITY)
    both.update_state(
        np.concatenate([TRUTH, np.full_like(TRUTH, -1)]), np.concatenate([PROBABILITY] * 2)
    )

    assert {n: float(v) for n, v in both.result().items()} == pytest.approx(
        {n: float(v) for n, v in known.result().items()}, rel=1e-4
    )


def test_sums_of_a_batch_on_four_pixels():
    sums = BatchSums(threshold=0.5)
    sums.update_state(TRUTH, PROBABILITY)

    assert {name: float(value) for name, value in sums.result().items()} == pytest.approx(
        {
            "true_positive": 1, "mask_px": 2, "truth_px": 2, "soft_overlap": 0.9 + 0.4,
            "probability_sum": 2.0, "log_loss_sum": 4 * BCE, "pixels": 4,
            "dice_sum": 1 / 2, "tumour_slices": 1,
        },
        rel=1e-4,
    )  # fmt: skip


def test_sums_count_the_first_of_several_channels():
    first, both = BatchSums(), BatchSums()
    first.update_state(TRUTH, PROBABILITY)
    both.update_state(TRUTH, np.concatenate([PROBABILITY, 1 - PROBABILITY], axis=-1))

    assert {n: float(v) for n, v in both.result().items()} == {
        n: float(v) for n, v in first.result().items()
    }


def test_a_slice_without_tumour_adds_no_dice():
    sums = BatchSums()
    sums.update_state(np.zeros_like(TRUTH), PROBABILITY)

    assert float(sums.result()["dice_sum"]) == float(sums.result()["tumour_slices"]) == 0
