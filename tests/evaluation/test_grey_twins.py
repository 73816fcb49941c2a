"""Copies of a picture, and what they are worth in an interval."""

import numpy as np
import pytest

from seg_core.evaluation.grey_twins import (
    different_pictures,
    effective_number,
    picture_numbers,
    thumbnail,
)
from tests.evaluation.made_grey import picture


def numbers_of(*planes, classes=None):
    thumbnails = [thumbnail(plane[..., None]) for plane in planes]
    return picture_numbers(thumbnails, classes or ["glioma"] * len(planes))


def test_a_mirrored_smaller_and_paler_copy_is_the_same_picture():
    plane = picture(1, 96, 96, bright=20)
    paler = (plane * 0.5 + 60).astype(np.uint8)

    assert len(set(numbers_of(plane, plane[:, ::-1], plane[::2, ::2], paler))) == 1


def test_other_pictures_are_others():
    assert different_pictures(numbers_of(*(picture(seed) for seed in range(6)))) == 6


def test_the_same_picture_in_another_class_counts_there_too():
    plane = picture(1)

    assert len(set(numbers_of(plane, plane, classes=["glioma", "notumor"]))) == 2


def test_flat_images_are_like_nothing():
    flat = np.full((9, 9), 7, np.uint8)

    assert different_pictures(numbers_of(flat, flat, picture(1))) == 3


def test_sixteen_bits_are_compared_with_eight():
    plane = picture(1)

    assert len(set(numbers_of(plane, plane.astype(np.uint16) * 257))) == 1


@pytest.mark.parametrize(
    ("numbers", "worth"),
    [
        ([1, 2, 3, 4], 4),
        ([5, 5, 5], 1),
        ([1, 1, 2, 2], 2),
        ([1, 1, 1, 2], 16 / 10),  # (3 + 1)^2 / (3^2 + 1^2)
        ([], 0),
    ],
)
def test_copies_are_worth_what_they_add(numbers, worth):
    assert effective_number(numbers) == pytest.approx(worth)
