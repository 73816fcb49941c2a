"""The square around the brain, normalised over it, and the way back."""

import numpy as np
import pytest

from seg_core.data.phantom import phantom_study
from seg_core.frames import BrainFrame


def brain_at(top, left, side=100, value=200, n=2, size=160, channels=3):
    """Slices of nothing with one bright square, its intensities rising from left to right."""
    slices = np.zeros((n, size, size, channels), np.uint8)
    slices[:, top : top + side, left : left + side] = np.linspace(60, value, side).astype(np.uint8)[
        None, None, :, None
    ]
    return slices


def test_the_square_lies_around_the_brain_of_all_slices_with_a_margin():
    slices = brain_at(20, 40)
    fitted = BrainFrame(64).fit(slices)

    assert (fitted.top, fitted.left, fitted.side) == (18, 38, 104)


def test_a_channel_on_a_grey_background_does_not_widen_the_square():
    slices = brain_at(20, 40)
    on_grey = slices.copy()
    on_grey[..., 0] = np.maximum(slices[..., 0], 100)
    fitted = BrainFrame(64).fit(on_grey)

    assert (fitted.top, fitted.left, fitted.side) == (18, 38, 104)


def test_one_bright_vessel_does_not_darken_the_brain_away():
    slices = brain_at(20, 40, value=60) // 3
    slices[0, 60:63, 80:83] = 255  # a tenth of it is brighter than the brain
    fitted = BrainFrame(64).fit(slices)

    assert (fitted.top, fitted.left, fitted.side) == (18, 38, 104)


def test_each_channel_has_mean_0_and_deviation_1_over_the_brain():
    study = phantom_study(seed=1, slices=4, size=96)
    fitted = BrainFrame(96).fit(study.slices)
    air = np.median(study.slices[:, [0, 0, -1, -1], [0, -1, 0, -1]], axis=(0, 1))
    together = np.maximum(study.slices - air, 0).sum(axis=-1)
    brain = together > 0.15 * np.quantile(together, 0.995)
    for c in range(3):
        levels = np.clip(study.slices[brain][:, c], fitted.low[c], fitted.high[c])
        normalised = (levels - fitted.mean[c]) / fitted.deviation[c]
        assert normalised.mean() == pytest.approx(0, abs=5e-3)
        assert normalised.std() == pytest.approx(1, abs=5e-3)


def test_a_mask_goes_there_and_back_to_its_place():
    slices = brain_at(10, 30)
    masks = np.zeros(slices.shape[:3], bool)
    masks[1, 40:70, 60:90] = True
    fitted = BrainFrame(96).fit(slices)

    back = fitted.back(fitted.mask_to_network(masks).astype(np.float32)) >= 0.5

    assert np.mean(back != masks) < 0.01 * masks.mean()
    assert not back[0].any()


def test_a_square_beyond_the_slice_is_filled_with_the_darkest_level():
    slices = brain_at(0, 60, side=100)  # the brain touches two edges of the slice
    fitted = BrainFrame(104).fit(slices)
    inputs = fitted.to_network(slices)

    assert fitted.top < 0
    assert np.allclose(inputs[:, 0, :], fitted.levels.darkest, atol=1e-5)
    assert fitted.back(np.ones((2, 104, 104), np.float32)).shape == (2, 160, 160)


def test_a_network_of_one_channel_reads_flair():
    slices = brain_at(20, 20)
    slices[..., 1] //= 2
    one, flair = BrainFrame(64, 1).fit(slices), BrainFrame(64, 1).fit(slices[..., 1:2])

    assert one.to_network(slices).shape == (2, 64, 64, 1)
    assert np.array_equal(one.to_network(slices), flair.to_network(slices[..., 1:2]))


def test_one_grey_channel_is_given_to_a_network_of_three_times():
    inputs = (
        BrainFrame(64, 3).fit(brain_at(20, 20, channels=1)).to_network(brain_at(20, 20, channels=1))
    )

    assert inputs.shape == (2, 64, 64, 3)
    assert np.array_equal(inputs[..., 0], inputs[..., 2])


def test_sixteen_bits_give_what_eight_bits_give():
    slices = brain_at(20, 20)
    wide = slices.astype(np.uint16) * 257

    assert np.allclose(
        BrainFrame(64).fit(slices).to_network(slices),
        BrainFrame(64).fit(wide).to_network(wide),
        atol=1e-3,
    )


def test_a_study_of_nothing_but_black_fits_and_gives_no_nan():
    black = np.zeros((2, 80, 60, 3), np.uint8)
    fitted = BrainFrame(64).fit(black)

    assert np.isfinite(fitted.to_network(black)).all()
    assert fitted.back(np.zeros((2, 64, 64), np.float32)).shape == (2, 80, 60)


def test_two_channels_are_refused_by_number():
    with pytest.raises(ValueError, match="expected 1 or 3 in frame brain, received 2"):
        BrainFrame(64, 2)
