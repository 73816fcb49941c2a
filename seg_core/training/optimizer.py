"""A recipe's optimiser. It knows no data and takes no step."""

from __future__ import annotations

from typing import Any

import keras

from seg_core.network.efficient_unet import in_encoder
from seg_core.training.recipe import Recipe


def make_optimizer(recipe: Recipe) -> Any:
    """Adam or AdamW; its state is made when the model's weights are known."""
    settings: dict[str, Any] = {"global_clipnorm": recipe.gradient_norm, "name": recipe.optimizer}
    if recipe.averaging:  # never written over the weights by Keras: see `averaging`
        settings |= {"use_ema": True, "ema_momentum": recipe.averaging}
    if recipe.optimizer == "adamw":
        settings["weight_decay"] = recipe.weight_decay
    optimizer: Any = _CLASSES[recipe.optimizer](recipe.learning_rate, **settings)
    optimizer.encoder_rate = recipe.encoder_rate
    if recipe.optimizer == "adamw":
        optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    return optimizer


class _EncoderAtItsRate:
    """What is pretrained moves by a share of the learning rate; the rest by all of it."""

    encoder_rate = 1.0

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        path = getattr(variable, "path", variable.name)  # TensorFlow's own variable has no path
        share = self.encoder_rate if in_encoder(path) else 1.0
        super().update_step(gradient, variable, learning_rate * share)  # type: ignore[misc]  # Keras' own, beside this one


class _Adam(_EncoderAtItsRate, keras.optimizers.Adam):
    pass


class _AdamW(_EncoderAtItsRate, keras.optimizers.AdamW):
    pass


_CLASSES = {"adam": _Adam, "adamw": _AdamW}
