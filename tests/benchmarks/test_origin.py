"""Which slices are looked at in other files, and what becomes of them there."""

import numpy as np

from benchmarks.origin import EACH, SIDE, as_jpeg, chosen


def test_at_most_so_many_slices_of_each_kind_are_chosen_evenly_along_the_study() -> None:
    areas = np.array([0] * 30 + [100, 300] + [301] * 20 + [0] * 8)

    picked = chosen(areas)

    kinds = [kind for _, kind in picked]
    assert [kinds.count(kind) for kind in range(3)] == [EACH, 2, EACH]
    assert [index for index, kind in picked if kind == 1] == [30, 31]
    without = [index for index, kind in picked if kind == 2]
    assert (without[0], without[-1]) == (0, 59)
    assert without == sorted(set(without))


def test_a_study_without_tumour_has_only_slices_without() -> None:
    assert {kind for _, kind in chosen(np.zeros(4, int))} == {2}


def test_a_slice_becomes_a_small_grey_jpeg_that_still_shows_the_same() -> None:
    rows, columns = np.mgrid[:256, :256]
    slices = (120 + 100 * np.sin(rows / 30) * np.cos(columns / 40)).astype(np.uint8)

    small = as_jpeg(slices[None, ..., None])

    assert small.shape == (1, SIDE, SIDE, 1)
    assert small.dtype == np.uint8
    assert abs(float(small.mean()) - float(slices.mean())) < 2
    assert np.array_equal(as_jpeg((slices.astype(np.uint16) << 8)[None, ..., None]), small)
