"""Figures of an epoch from its sums."""

import numpy as np
import pytest

from seg_core.metrics import count_pixels
from seg_core.training.epoch_sums import EpochSums, of_batch, of_slice

TRUTH = np.array([[True, True], [False, False]])
PROBABILITY = np.array([[0.9, 0.4], [0.6, 0.1]], np.float32)


def test_training_and_validation_give_the_same_figures_of_the_same_slice():
    from seg_core.network.metrics import BatchSums

    metric = BatchSums()
    metric.update_state(TRUTH[None, ..., None], PROBABILITY[None, ..., None])
    batch = of_batch({name: float(value) for name, value in metric.result().items()})

    assert batch.figures("bce+dice") == pytest.approx(
        of_slice(count_pixels(PROBABILITY, TRUTH, 0.5)).figures("bce+dice"), rel=1e-5
    )


def test_a_slice_without_tumour_is_left_out_of_the_mean_dice():
    empty = of_slice(count_pixels(PROBABILITY, np.zeros_like(TRUTH), 0.5))
    right = of_slice(count_pixels(TRUTH.astype(np.float32), TRUTH, 0.5))

    assert (right + empty).figures("bce")["dice"] == 1.0


def test_figures_that_are_not_defined_are_none():
    figures = EpochSums().figures("bce")

    names = ("precision", "recall", "f1", "soft_dice", "dice")
    assert [figures[name] for name in names] == [None] * 5
