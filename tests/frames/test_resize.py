"""Frames: into the network's square and back to the slice's own size."""

import numpy as np
import pytest

from seg_core.frames import ResizeFrame, make_frame


def square(height, width, dtype=np.uint8, channels=3):
    """One slice with a bright square in its middle."""
    image = np.zeros((1, height, width, channels), dtype)
    image[:, height // 4 : -height // 4, width // 4 : -width // 4] = np.iinfo(dtype).max
    return image


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_both_integer_types_become_0_to_1(dtype):
    inputs = ResizeFrame(224).fit(square(256, 256, dtype)).to_network(square(256, 256, dtype))

    assert inputs.shape == (1, 224, 224, 3)
    assert inputs.dtype == np.float32
    assert (inputs.min(), inputs.max()) == (0.0, 1.0)


def test_a_grey_slice_is_given_for_each_channel():
    slices = square(256, 256, channels=1)
    inputs = ResizeFrame(224).fit(slices).to_network(slices)

    assert np.array_equal(inputs[..., 0], inputs[..., 1])
    assert np.array_equal(inputs[..., 0], inputs[..., 2])


@pytest.mark.parametrize(("height", "width"), [(256, 256), (180, 240), (512, 300)])
def test_a_probability_comes_back_in_the_slices_own_size_and_place(height, width):
    slices = square(height, width)
    fitted = ResizeFrame(224).fit(slices)
    back = fitted.back(fitted.to_network(slices)[..., 0])

    assert back.shape == (1, height, width)
    truth = slices[..., 0] > 0
    assert np.mean((back >= 0.5) != truth) < 0.02


def test_a_slice_of_the_networks_size_is_only_divided():
    slices = np.random.default_rng(0).integers(0, 256, (2, 224, 224, 3), np.uint8)

    assert np.array_equal(ResizeFrame(224).fit(slices).to_network(slices), slices / np.float32(255))


def test_a_mask_stays_a_mask():
    fitted = ResizeFrame(224).fit(square(256, 256))
    mask = fitted.mask_to_network(square(256, 256)[..., 0] > 0)

    assert mask.dtype == bool
    assert mask.mean() == pytest.approx(0.25, abs=0.01)


def test_an_unknown_frame_is_refused_by_name():
    with pytest.raises(ValueError, match="expected 'resize' or 'brain', received 'crop'"):
        make_frame("crop", 224)
