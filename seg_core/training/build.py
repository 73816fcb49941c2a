"""A recipe's network, ready to train. It loads no data and no state."""

from __future__ import annotations

from typing import Any

from seg_core.training.recipe import Recipe


def build_model(recipe: Recipe) -> Any:
    """The recipe's network in Keras, compiled with its loss and the sums of a batch."""
    import keras

    from seg_core.network.losses import LOSSES
    from seg_core.network.metrics import BatchSums
    from seg_core.network.unet import build_unet

    keras.mixed_precision.set_global_policy(recipe.precision)
    try:
        model = build_unet(recipe.network, recipe.seed)
        model.compile(
            optimizer=keras.optimizers.Adam(recipe.learning_rate),
            loss=LOSSES[recipe.loss],
            metrics=[BatchSums(recipe.pixel_threshold)],
            jit_compile=False if keras.backend.backend() == "tensorflow" else "auto",
        )  # XLA on a CPU was measured 16 times slower than TensorFlow's own kernels
        model.optimizer.build(model.trainable_variables)
    finally:
        keras.mixed_precision.set_global_policy("float32")
    return model
