"""The paper's U-Net to the letter, and its relatives from the same builder."""

import numpy as np
import pytest

from seg_core.network.settings import (
    UnetSettings,
    count_multiplications,
    count_parameters,
    stages,
)
from seg_core.network.unet import build_unet

PAPER_PARAMETERS = 4_722_449
SMALL = UnetSettings(size=32, filters=4, depth=2)


def test_the_papers_network_has_its_number_of_parameters():
    assert build_unet(UnetSettings()).count_params() == PAPER_PARAMETERS


def test_the_papers_network_has_its_layers_in_order():
    convolutions = [
        (layer.name, layer.filters, layer.kernel_size, layer.strides)
        for layer in build_unet(UnetSettings()).layers
        if type(layer).__name__ in ("Conv2D", "Conv2DTranspose")
    ]

    down = [(f"down{i + 1}_conv1", 16 * 2**i, (3, 3), (1, 1)) for i in range(5)]
    up = [
        entry
        for i in reversed(range(5))
        for entry in (
            (f"up{i + 1}_transposed", 16 * 2**i, (3, 3), (2, 2)),
            (f"up{i + 1}_conv1", 16 * 2**i, (3, 3), (1, 1)),
        )
    ]
    bottom = [("bottom_conv1", 512, (3, 3), (1, 1))]
    assert convolutions == [*down, *bottom, *up, ("logits", 1, (1, 1), (1, 1))]


@pytest.mark.parametrize(
    "changes",
    [{}, {"filters": 8}, {"depth": 3}, {"convolutions": 2}, {"normalisation": "none"}],
)
def test_counted_parameters_are_the_built_networks(changes):
    settings = UnetSettings(size=64, **changes)

    assert count_parameters(settings) == build_unet(settings).count_params()


def test_multiplications_of_one_convolution_are_arithmetic():
    # One level: 16x16, 3 -> 2 channels; bottom 8x8, 2 -> 4; up: 4 -> 2 from 8x8, then 4 -> 2; 1x1.
    settings = UnetSettings(size=16, filters=2, depth=1)

    expected = 9 * 3 * 2 * 256 + 9 * 2 * 4 * 64 + 9 * 4 * 2 * 64 + 9 * 4 * 2 * 256 + 2 * 256
    assert count_multiplications(settings) == expected


def test_stages_run_from_the_finest_down_and_up_again():
    assert [name for name, *_ in stages(SMALL)] == [
        "down 1", "down 2", "bottom", "up 2", "up 1", "output",
    ]  # fmt: skip


def test_the_output_is_a_probability_of_the_slices_size():
    probability = build_unet(SMALL).predict_on_batch(np.zeros((2, 32, 32, 3), np.float32))

    assert probability.shape == (2, 32, 32, 1)
    assert probability.min() >= 0
    assert probability.max() <= 1


def test_the_same_seed_gives_the_same_weights():
    first, second = build_unet(SMALL, seed=3), build_unet(SMALL, seed=3)

    assert all(
        np.array_equal(a, b)
        for a, b in zip(first.get_weights(), second.get_weights(), strict=False)
    )


def test_a_size_that_cannot_be_halved_is_refused_with_the_numbers():
    with pytest.raises(ValueError, match="expected a multiple of 32 for depth 5, received 100"):
        UnetSettings(size=100)
