import numpy as np
import pytest

from seg_core.readers.masks import as_mask, read_truth, unpaired


def plane(*values: int, dtype: str = "uint8") -> np.ndarray:
    return np.array(values, dtype).reshape(1, -1, 1)


@pytest.mark.parametrize(
    ("values", "tumour"),
    [
        ((0, 255), [False, True]),
        ((0, 1), [False, True]),
        ((0, 1, 2, 4), [False, True, True, True]),
        ((0, 100), [False, True]),
        ((0, 3, 127, 128, 255), [False, False, False, True, True]),
        ((0, 0), [False, False]),
        ((255, 255), [True, True]),
    ],
)
def test_masks_are_two_values_labels_or_grey_edges(
    values: tuple[int, ...], tumour: list[bool]
) -> None:
    assert as_mask(plane(*values)).ravel().tolist() == tumour


def test_16_bits_are_cut_at_half_their_range() -> None:
    mask = as_mask(plane(0, 32_767, 32_768, 65_535, dtype="uint16"))

    assert mask.ravel().tolist() == [False, False, True, True]


def test_alpha_marks_no_tumour() -> None:
    opaque = np.zeros((2, 2, 4), np.uint8)
    opaque[..., 3] = 255

    assert not as_mask(opaque).any()


def test_truth_is_paired_by_name_and_known_only_where_a_mask_is() -> None:
    read = {"b_mask.png": plane(255, 0)}.__getitem__

    truth, known, skipped = read_truth(["a.tif", "b.tif"], ["b_mask.png"], read, (1, 2))

    assert truth is not None
    assert known is not None
    assert truth[:, 0].tolist() == [[False, False], [True, False]]
    assert known.tolist() == [False, True]
    assert skipped == []


def test_of_two_masks_of_a_slice_the_first_counts_and_the_second_is_named() -> None:
    masks = {"x_1_mask.png": plane(0, 255), "x_1_mask.tif": plane(0, 0)}

    truth, _, skipped = read_truth(["x_1.png"], list(masks), masks.__getitem__, (1, 2))

    assert truth is not None
    assert truth.ravel().tolist() == [False, True]
    assert [lost.file for lost in skipped] == ["x_1_mask.tif"]


def test_a_mask_of_another_size_is_named_and_its_slice_has_no_truth() -> None:
    read = {"a_mask.tif": plane(255, 0, 0)}.__getitem__

    truth, known, skipped = read_truth(["a.tif"], ["a_mask.tif"], read, (1, 2))

    assert (truth, known) == (None, None)
    assert skipped[0].file == "a_mask.tif"
    assert "expected a mask of its slice's size, 2 x 1, found 3 x 1" in skipped[0].reason


def test_a_mask_without_a_slice_is_named() -> None:
    (lost,) = unpaired(["a_mask.tif", "b_mask.tif"], ["a.tif"])

    assert lost.file == "b_mask.tif"
    assert "expected a slice called b beside this mask, found none" in lost.reason


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ((0, 50, 100), "uint8"),
        ((0, 85, 170, 255), "uint8"),
        ((0, 1000, 2000), "uint16"),
    ],
)
def test_labels_spread_over_greys_are_tumour_where_one_fills_a_patch(
    values: tuple[int, ...], dtype: str
) -> None:
    patches = np.repeat(np.repeat(plane(*values, dtype=dtype), 4, axis=0), 4, axis=1)

    np.testing.assert_array_equal(as_mask(patches), patches[..., 0] > 0)


def test_edges_of_a_mask_whose_white_is_grey_are_cut_at_half_of_it() -> None:
    square = np.zeros((12, 12, 1), np.uint8)
    square[3:9, 3:9] = 25
    square[4:8, 4:8] = 100
    square[3, 5] = 60

    assert as_mask(square).sum() == 16 + 1
