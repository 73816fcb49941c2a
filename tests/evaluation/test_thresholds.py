"""Counts at every pixel threshold, on four pixels."""

import numpy as np
import pytest

from pages.components.slice_viewer.ticks import slider_ticks
from seg_core.evaluation.thresholds import THRESHOLDS, count_by_threshold
from seg_core.metrics import count_pixels

# probability  0.2  0.6     truth  -  x
#              0.6  0.95           -  x
PROBABILITY = np.array([[[0.2, 0.6], [0.6, 0.95]]], np.float32)
TRUTH = np.array([[[0, 1], [0, 1]]], bool)


def at(threshold: float) -> int:
    return THRESHOLDS.index(threshold)


def test_thresholds_are_the_ticks_of_the_viewers_slider() -> None:
    assert slider_ticks() == THRESHOLDS


def test_mask_and_true_positives_are_counted_at_each_threshold() -> None:
    counts = count_by_threshold(PROBABILITY, TRUTH)

    found = [(counts.mask_px[at(t)], counts.true_positive[at(t)]) for t in (0.2, 0.6, 0.61, 0.99)]
    assert found == [(4, 2), (3, 2), (1, 1), (0, 0)]
    assert counts.dice[at(0.6)] == 2 * 2 / (3 + 2)


def test_a_probability_equal_to_the_threshold_belongs_to_the_mask_as_everywhere() -> None:
    exact = np.float32(THRESHOLDS).reshape(1, 12, 12)
    truth = np.zeros(exact.shape, bool)

    counts = count_by_threshold(exact, truth)

    every = [count_pixels(exact, truth, t).mask_px for t in THRESHOLDS]
    assert counts.mask_px.tolist() == every == list(range(144, 0, -1))


def test_slices_are_missed_or_false_alarms_once_their_masks_say_so() -> None:
    empty = np.zeros((1, 2, 2), bool)
    counts = count_by_threshold(PROBABILITY, TRUTH) + count_by_threshold(PROBABILITY / 2, empty)

    assert (counts.slices, counts.tumour_slices, counts.truth_px) == (2, 1, 2)
    wrong = [(counts.missed[at(t)], counts.false_alarms[at(t)]) for t in (0.4, 0.5, 0.96)]
    assert wrong == [(0, 1), (0, 0), (1, 0)]


def test_dice_of_nothing_is_not_defined() -> None:
    nothing = np.zeros((1, 2, 2))

    assert np.isnan(count_by_threshold(nothing.astype(np.float32), nothing.astype(bool)).dice).all()


def test_shapes_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match=r"truth: expected the probability's shape \(1, 2, 2\)"):
        count_by_threshold(PROBABILITY, TRUTH[0])
