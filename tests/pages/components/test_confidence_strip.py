import base64

import numpy as np

from pages.components.confidence_strip import (
    ABOVE,
    BELOW,
    FOOT,
    RAW,
    confidence_spark,
    confidence_strip,
)


def test_slices_at_or_above_the_threshold_have_the_model_s_colour() -> None:
    confidence = np.array([0.0, 0.98, 0.99], np.float32)

    (bars,) = confidence_strip(confidence, 0.98, calibrated=True)["data"]

    assert bars["x"] == [1, 2, 3]
    assert bars["marker"]["color"] == [BELOW, ABOVE, ABOVE]


def test_a_slice_of_confidence_zero_can_be_seen() -> None:
    (bars,) = confidence_strip(np.zeros(1, np.float32), 0.98, calibrated=True)["data"]

    assert bars["base"] == -FOOT
    np.testing.assert_allclose(bars["y"], [FOOT])
    assert bars["customdata"] == ["0.000"]


def test_the_truth_is_marked_beneath_only_when_given() -> None:
    held = np.array([True, False, True])
    strip = confidence_strip(np.ones(3, np.float32), 0.98, calibrated=True, holds_tumour=held)
    _, marks = strip["data"]

    assert marks["x"] == [1, 3]
    assert all(y < 0 for y in marks["y"])


def test_raw_scores_above_the_threshold_are_not_in_the_colour_of_flags() -> None:
    confidence = np.array([0.5, 0.99], np.float32)

    (bars,) = confidence_strip(confidence, 0.98, calibrated=False)["data"]

    assert bars["marker"]["color"] == [BELOW, RAW]


def test_the_small_strip_has_a_bar_a_slice() -> None:
    picture = confidence_spark(np.array([0.0, 0.5, 0.99], np.float32), 0.98, calibrated=True)

    svg = base64.b64decode(picture.partition("base64,")[2].partition('"')[0]).decode()
    assert svg.count("<rect") == 3
    assert svg.count(ABOVE) == 1
