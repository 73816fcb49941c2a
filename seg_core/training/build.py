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

    from seg_core.network.losses import LOSSES
    from seg_core.network.metrics import BatchSums

    keras.mixed_precision.set_global_policy(recipe.precision)
    try:
        model = _network(recipe, pretrained)
        model.compile(
            optimizer=_optimizer(recipe),
            loss=LOSSES[recipe.loss],
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


def _optimizer(recipe: Recipe) -> Any:
    import keras

    averaged: dict[str, Any] = {}
    if recipe.averaging:  # never written over the weights by Keras: see `averaging`
        averaged = {"use_ema": True, "ema_momentum": recipe.averaging}
    if recipe.optimizer == "adam":
        return keras.optimizers.Adam(
            recipe.learning_rate, global_clipnorm=recipe.gradient_norm, **averaged
        )
    optimizer = keras.optimizers.AdamW(
        recipe.learning_rate,
        weight_decay=recipe.weight_decay,
        global_clipnorm=recipe.gradient_norm,
        **averaged,
    )
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    return optimizer
