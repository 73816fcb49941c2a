"""Shares of images with a mask: a handful of images and arithmetic."""

import numpy as np
import pytest

from seg_core.evaluation.grey_figures import (
    Copies,
    Share,
    copies_of,
    mean_of_tumour_classes,
    share_of,
    shares,
    thresholds_of_table,
)
from seg_core.evaluation.thresholds import THRESHOLDS
from seg_core.intervals import wilson
from tests.evaluation.made_grey import measured_image

IMAGES = [
    measured_image("glioma", 0.99, 0.95, picture=0),
    measured_image("glioma", 0.5, 0.1, picture=1),
    measured_image("glioma", 0.2, 0.0, picture=2),
    measured_image("notumor", 0.9, 0.3, picture=3),
    measured_image("notumor", 0.1, 0.0, picture=4),
]


def share_at(class_name, threshold, least_px=1):
    (found,) = shares(IMAGES, [class_name], least_px, [threshold])
    return found.share.count, found.share.images


def test_any_pixel_at_or_above_the_threshold_counts():
    assert share_at("glioma", 0.5) == (2, 3)
    assert share_at("glioma", 0.51) == (1, 3)
    assert share_at("notumor", 0.9) == (1, 2)  # float32 of 0.9 against itself
    assert share_at("notumor", 0.98) == (0, 2)


def test_fifty_pixels_count_by_the_fiftieth():
    assert share_at("glioma", 0.5, 50) == (1, 3)
    assert share_at("notumor", 0.3, 50) == (1, 2)
    assert share_at("notumor", 0.5, 50) == (0, 2)


def test_a_share_never_rises_with_the_threshold():
    counts = [one.share.count for one in shares(IMAGES, ["glioma"], 1)]

    assert len(counts) == len(THRESHOLDS)
    assert counts == sorted(counts, reverse=True)


def test_another_smallest_mask_was_not_measured():
    with pytest.raises(ValueError, match=r"least_px: expected one of \(1, 50\), received 7"):
        shares(IMAGES, ["glioma"], 7)


def test_copies_of_a_picture_widen_the_interval_to_that_of_fewer():
    copied = share_of(4, [1, 1, 2, 2, 3, 3, 4, 4])

    assert (copied.count, copied.images, copied.pictures, copied.value) == (4, 8, 4, 0.5)
    assert (copied.low, copied.high) == pytest.approx(wilson(0.5, 4))


def test_a_class_without_images_has_no_share():
    assert share_of(0, []) == Share(0, 0, 0, None, None, None)
    assert shares([], ["glioma"], 1, [0.5])[0].share.value is None


def test_the_mean_counts_each_class_with_tumour_alike():
    images = [
        *(measured_image("glioma", 0.9, picture=i) for i in range(3)),
        measured_image("glioma", 0.1, picture=3),
        measured_image("pituitary", 0.1, picture=4),
        measured_image("notumor", 0.9, picture=5),
    ]
    found = shares(images, ["glioma", "pituitary", "notumor"], 1, [0.5])

    mean = mean_of_tumour_classes(found)

    assert mean.value == pytest.approx((3 / 4 + 0) / 2)
    assert (mean.count, mean.images, mean.pictures) == (3, 5, 5)
    low, high = wilson(3 / 4, 4)
    _, top = wilson(0, 1)
    assert mean.low == pytest.approx(mean.value - (3 / 4 - low) / 2)
    assert mean.high == pytest.approx(mean.value + np.hypot(high - 3 / 4, top) / 2)


def test_copies_that_get_different_answers_are_counted():
    images = [
        measured_image("notumor", 0.9, picture=1, mask_px=9),
        measured_image("notumor", 0.2, picture=1),
        measured_image("notumor", 0.9, picture=2, mask_px=3),
        measured_image("notumor", 0.8, picture=2, mask_px=4),
        measured_image("notumor", 0.1, picture=3),
    ]

    assert copies_of(images, ["notumor", "glioma"]) == [
        Copies("notumor", images=5, pictures=3, repeated=2, at_odds=1),
        Copies("glioma", images=0, pictures=0, repeated=0, at_odds=0),
    ]


def test_without_a_class_with_tumour_there_is_no_mean():
    assert mean_of_tumour_classes(shares(IMAGES, ["notumor"], 1, [0.5])).value is None


def test_the_models_own_threshold_stands_in_the_table():
    assert thresholds_of_table(0.5) == (0.5, 0.9, 0.98)
    assert thresholds_of_table(0.7) == (0.5, 0.7, 0.9, 0.98)
