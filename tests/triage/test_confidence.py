import numpy as np
import pytest

from seg_core.triage.confidence import slice_confidence


def empty_slice(size: int = 256) -> np.ndarray:
    return np.zeros((1, size, size), np.float32)


def test_an_empty_slice_scores_nothing() -> None:
    assert slice_confidence(empty_slice()).tolist() == [0.0]


def test_a_large_component_scores_the_mean_of_its_fifty_strongest_pixels() -> None:
    probability = empty_slice()
    probability[0, 100:110, 100:110] = 0.8  # 100 pixels
    probability[0, 100:105, 100:105] = 1.0  # the 25 strongest of them

    assert slice_confidence(probability) == pytest.approx([(25 * 1.0 + 25 * 0.8) / 50])


def test_a_speck_of_sure_pixels_does_not_score_like_a_tumour() -> None:
    probability = empty_slice()
    probability[0, 10:12, 10:15] = 1.0  # 10 pixels, all the rest 0

    assert slice_confidence(probability) == pytest.approx([10 / 50])


def test_other_components_do_not_count() -> None:
    probability = empty_slice()
    probability[0, 100:110, 100:110] = 0.6  # the largest
    probability[0, 20:26, 20:26] = 1.0  # 36 surer pixels elsewhere

    assert slice_confidence(probability) == pytest.approx([0.6])


def test_pixels_that_touch_at_a_corner_are_one_component() -> None:
    probability = empty_slice()
    probability[0, 0:5, 0:6] = 0.9  # 30 pixels
    probability[0, 5:10, 6:12] = 0.7  # 30 more, joined at a corner

    assert slice_confidence(probability) == pytest.approx([(30 * 0.9 + 20 * 0.7) / 50])


def test_without_a_component_the_strongest_pixels_give_the_order() -> None:
    weak, weaker = empty_slice(), empty_slice()
    weak[0, :10, :10], weaker[0, :10, :10] = 0.4, 0.3

    scores = slice_confidence(np.concatenate([weak, weaker]))

    assert scores == pytest.approx([0.4, 0.3])


def test_the_same_picture_scores_the_same_at_twice_the_size() -> None:
    small = empty_slice()
    small[0, 40:44, 40:45] = 0.9
    large = small.repeat(2, axis=1).repeat(2, axis=2)

    assert slice_confidence(large) == pytest.approx(slice_confidence(small))


def test_a_slice_smaller_than_fifty_pixels_scores_its_strongest_pixel() -> None:
    probability = np.array([[[0.2, 0.9], [0.1, 0.3]]], np.float32)

    assert slice_confidence(probability) == pytest.approx([0.9])


def test_no_slice_gives_no_score() -> None:
    assert slice_confidence(np.zeros((0, 8, 8), np.float32)).shape == (0,)


@pytest.mark.parametrize("scale", [1.0, 1e-3, 1e-9, 0.0])
def test_the_strongest_pixels_are_found_however_weak_the_rest_is(scale: float) -> None:
    plane = np.random.default_rng(1).random((256, 256)).astype(np.float32) ** 8 * scale * 0.1
    plane[100:104, 90:100] += np.float32(0.3)  # forty pixels, in few of the columns

    strongest = np.sort(plane.ravel())[-50:].mean(dtype=np.float64)
    assert slice_confidence(plane[None])[0] == pytest.approx(strongest, rel=1e-6)
