"""A recipe's optimiser: the pretrained encoder may move by a share of the learning rate."""

import keras
import numpy as np
import pytest

from seg_core.network.efficient_settings import EfficientUnetSettings
from seg_core.network.efficient_unet import build_efficient_unet, in_encoder
from seg_core.training.optimizer import make_optimizer
from seg_core.training.recipe import SECOND_READER


def moved(settings: dict[str, object]) -> dict[str, np.ndarray]:
    """How far each weight of two layers went in one step, by the layer's name."""
    layers = [keras.layers.Dense(4, name=name) for name in ("block1_expand", "up1_conv")]
    for seed, layer in enumerate(layers):
        layer.kernel_initializer = keras.initializers.HeNormal(seed)
    inputs = keras.Input((4,))
    model = keras.Model(inputs, layers[1](layers[0](inputs)))
    recipe = SECOND_READER.changed({"weight_decay": 0, "averaging": 0, **settings})
    model.compile(make_optimizer(recipe), loss="mse")
    before = [layer.kernel.numpy().copy() for layer in layers]
    model.train_on_batch(np.arange(8.0).reshape(2, 4), np.ones((2, 4)))
    return {
        layer.name: layer.kernel.numpy() - old for layer, old in zip(layers, before, strict=True)
    }


@pytest.mark.parametrize("optimizer", ["adam", "adamw"])
def test_an_encoder_moves_by_its_share_of_the_learning_rate(optimizer: str) -> None:
    whole = moved({"optimizer": optimizer})
    tenth = moved({"optimizer": optimizer, "encoder_rate": 0.1})

    assert np.abs(whole["block1_expand"]).max() > 1e-4
    np.testing.assert_allclose(tenth["block1_expand"], 0.1 * whole["block1_expand"], rtol=0.01)
    np.testing.assert_allclose(tenth["up1_conv"], whole["up1_conv"], rtol=0.01)


def test_stem_and_blocks_are_the_encoder_and_nothing_else_is() -> None:
    network = build_efficient_unet(EfficientUnetSettings(size=32, weights="none"))

    layers = {weight.path.split("/")[0] for weight in network.weights}
    decoder = {layer.split("_")[0] for layer in layers if not in_encoder(layer)}
    encoder = {layer.split("_")[0] for layer in layers if in_encoder(layer)}
    assert decoder == {"up4", "up3", "up2", "up1", "folded", "last", "logits"}
    assert encoder == {"stem", *(f"block{i}" for i in range(1, 17))}
