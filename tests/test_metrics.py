"""The metrics on four pixels: the matrix in a comment, the expected value as arithmetic."""

import math

import numpy as np
import pytest

from seg_core.metrics import PixelCounts, count_pixels, dice

TRUTH = np.array([[True, True], [False, False]])
PROBABILITY = np.array([[0.9, 0.4], [0.6, 0.1]], np.float32)
# At 0.5 the mask is [[1, 0], [1, 0]]: one true positive, one false positive, one false negative.


def test_counts_precision_recall_and_dice_at_half():
    counts = count_pixels(PROBABILITY, TRUTH, 0.5)

    assert (counts.true_positive, counts.false_positive, counts.false_negative) == (1, 1, 1)
    assert counts.precision == 1 / 2
    assert counts.recall == 1 / 2
    assert counts.dice == 2 * 1 / (2 + 2)


def test_soft_dice_uses_the_probability_itself():
    assert count_pixels(PROBABILITY, TRUTH, 0.5).soft_dice == pytest.approx(
        2 * (0.9 + 0.4) / (0.9 + 0.4 + 0.6 + 0.1 + 2)
    )


def test_cross_entropy_is_the_mean_over_all_pixels():
    expected = -(math.log(0.9) + math.log(0.4) + math.log(0.4) + math.log(0.9)) / 4

    assert count_pixels(PROBABILITY, TRUTH, 0.5).bce == pytest.approx(expected, rel=1e-6)


def test_a_probability_equal_to_the_threshold_is_in_the_mask():
    assert count_pixels(np.array([np.float32(0.98)]), np.array([True]), 0.98).true_positive == 1


def test_empty_truth_and_empty_mask_have_no_dice():
    empty = np.zeros((2, 2), bool)

    assert dice(empty, empty) is None
    assert count_pixels(np.zeros((2, 2), np.float32), empty, 0.5).soft_dice is None


def test_a_false_alarm_on_an_empty_truth_has_dice_zero_and_no_recall():
    counts = count_pixels(PROBABILITY, np.zeros((2, 2), bool), 0.5)

    assert counts.dice == 0.0
    assert counts.recall is None


def test_adding_counts_pools_their_pixels():
    halves = [count_pixels(PROBABILITY[i], TRUTH[i], 0.5) for i in range(2)]

    pooled, whole = sum(halves, PixelCounts()), count_pixels(PROBABILITY, TRUTH, 0.5)
    assert (pooled.dice, pooled.pixels) == (whole.dice, whole.pixels)
    assert pooled.bce == pytest.approx(whole.bce, rel=1e-12)


def test_shapes_that_differ_are_refused():
    with pytest.raises(ValueError, match="expected the probability's shape"):
        count_pixels(PROBABILITY, TRUTH[:1], 0.5)
