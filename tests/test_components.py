import numpy as np

from seg_core.components import components

SIDE = 64


def test_components_hang_together_over_corners_and_through_slices() -> None:
    mask = np.zeros((3, SIDE, SIDE), bool)
    mask[0, :5, :5] = mask[1, 5:9, 5:9] = True
    mask[2, 40:48, 40:48] = True

    listed, specks = components(mask)

    assert [c.slices for c in listed] == [(1, 2), (3,)]
    assert specks == 0


def test_an_empty_mask_has_no_components() -> None:
    assert components(np.zeros((3, 8, 8), bool)) == ([], 0)


def test_a_component_is_found_where_it_lies() -> None:
    mask = np.zeros((9, SIDE, SIDE), bool)
    mask[4:7, 10:20, 30:40] = True
    mask[5, 20:22, 30:40] = True

    ((one,), specks) = components(mask)

    assert (one.slices, one.area_px, specks) == ((5, 6, 7), 320, 0)
    assert (one.corner, one.masks.shape) == ((10, 30), (3, 12, 10))
    for number in (5, 6, 7):
        np.testing.assert_array_equal(one.on(number), mask[number - 1])
    assert one.on(4) is None
    assert one.largest() == (6, 35.0, 16.0)
