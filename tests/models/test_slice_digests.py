"""Digests of slices by their pixels."""

import numpy as np

from seg_core.models.slice_digests import slice_digests

SLICES = np.random.default_rng(0).integers(1, 255, (4, 12, 10, 3), np.uint8)


def test_each_different_slice_has_a_digest_of_sixteen_digits():
    found = slice_digests(np.concatenate([SLICES, SLICES[:1]]))

    assert len(found) == 4
    assert {len(one) for one in found} == {16}


def test_flair_alone_has_the_digests_of_its_study():
    assert slice_digests(SLICES[..., 1:2]) == slice_digests(SLICES)


def test_eight_bits_saved_in_sixteen_have_the_same_digests():
    assert slice_digests(SLICES.astype(np.uint16)) == slice_digests(SLICES)
    assert slice_digests(SLICES.astype(np.uint16) * 257) != slice_digests(SLICES)


def test_the_same_values_in_another_shape_are_other_slices():
    turned = SLICES.reshape(4, 10, 12, 3)

    assert not slice_digests(turned) & slice_digests(SLICES)


def test_blank_slices_have_none():
    assert slice_digests(np.full((3, 8, 8, 1), 7, np.uint8)) == frozenset()
