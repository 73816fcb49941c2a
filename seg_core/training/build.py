"""A recipe's network, ready to train. It loads no data and no state."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from seg_core.network.efficient_settings import EfficientUnetSettings
from seg_core.training.recipe import Recipe


def build_model(recipe: Recipe, pretrained: Path | None = None) -> Any:
    """The recipe's network in Keras, compiled with its loss and the sums of a batch.

    pretrained: the folder of converted weights that an encoder starts from; None where a saved
    state follows. Raises PretrainedError when they are not there.
    """
    import keras

    from seg_core.network.losses import loss_named
    from seg_core.network.metrics import BatchSums
    from seg_core.training.optimizer import make_optimizer

    keras.mixed_precision.set_global_policy(recipe.precision)
    try:
        model = _network(recipe, pretrained)
        model.compile(
            optimizer=make_optimizer(recipe),
            loss=loss_named(recipe.loss, recipe.image_level),
            metrics=[BatchSums(recipe.pixel_threshold)],
            jit_compile=False if keras.backend.backend() == "tensorflow" else "auto",
        )  # XLA on a CPU was far slower than TensorFlow's own kernels
        model.optimizer.build(model.trainable_variables)
    finally:
        keras.mixed_precision.set_global_policy("float32")
    return model


def _network(recipe: Recipe, pretrained: Path | None) -> Any:
    if not isinstance(recipe.network, EfficientUnetSettings):
        from seg_core.network.unet import build_unet

        return build_unet(recipe.network, recipe.seed)
    from seg_core.network.efficient_unet import build_efficient_unet

    model = build_efficient_unet(recipe.network, recipe.seed)
    if pretrained is not None and recipe.network.weights == "imagenet":
        from seg_core.network.imagenet_weights import open_converted, set_encoder

        set_encoder(model, open_converted(pretrained, recipe.network.variant))
    return model
