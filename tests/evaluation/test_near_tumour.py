"""Probabilities around tumour, counted and calibrated."""

import numpy as np
import pytest

from seg_core.evaluation.near_tumour import (
    count_near_tumour,
    fit_pixels,
    pixel_calibration_error,
)


def overconfident(n=60, size=64):
    """Probabilities whose true chance is the sigmoid of half their logit less a half."""
    rng = np.random.default_rng(1)
    logits = rng.uniform(-6, 6, (n, size, size))
    truth = rng.uniform(size=logits.shape) < 1 / (1 + np.exp(-(0.5 * logits - 0.5)))
    return (1 / (1 + np.exp(-logits))).astype(np.float32), truth


def test_only_pixels_in_or_near_truth_or_mask_count():
    probability = np.zeros((2, 64, 64), np.float32)
    truth = np.zeros((2, 64, 64), bool)
    truth[0, 30:34, 30:34] = True

    counts = count_near_tumour(probability, truth, 0.5)

    assert counts.tumour.sum() == 16
    assert 16 < counts.pixels.sum() < 26**2  # a ring of ten pixels; nothing of the empty slice


def test_the_fit_finds_slope_and_intercept():
    fit = fit_pixels([count_near_tumour(*overconfident(), 0.5)])

    assert (fit.slope, fit.intercept) == pytest.approx((0.5, -0.5), abs=0.03)


def test_calibrated_probabilities_have_a_smaller_error():
    probability, truth = overconfident()
    before = count_near_tumour(probability, truth, 0.5)
    fit = fit_pixels([before])
    logits = np.log(probability / (1 - probability))
    calibrated = 1 / (1 + np.exp(-(fit.slope * logits + fit.intercept)))
    after = count_near_tumour(calibrated, truth, 0.5)

    assert pixel_calibration_error([before]) > 0.1
    assert pixel_calibration_error([after]) < 0.02


def test_without_tumour_there_is_no_error_and_nothing_to_fit():
    nothing = count_near_tumour(np.zeros((1, 8, 8), np.float32), np.zeros((1, 8, 8), bool), 0.5)

    assert pixel_calibration_error([nothing]) is None
    assert (fit_pixels([nothing]).slope, fit_pixels([nothing]).intercept) == (1.0, 0.0)
