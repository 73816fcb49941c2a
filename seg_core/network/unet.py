"""The U-Net of the paper and its relatives, from one builder. It trains nothing.

The paper states 4,722,449 parameters. Of the usual Keras U-Nets (filters, depth, convolutions
a block, kernel of the upsampling, normalisation) one family has just that number: 16 filters,
five halvings, one 3 x 3 convolution with batch normalisation a block, and 3 x 3 transposed
convolutions of stride 2 on the way up. That is `paper-unet`, the default of UnetSettings.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
from keras import layers

from seg_core.network.batch_normalisation import FusedBatchNormalization
from seg_core.network.settings import UnetSettings


def build_unet(settings: UnetSettings, seed: int = 0) -> keras.Model:
    """A U-Net: float (n, size, size, channels) -> probability (n, size, size, 1).

    seed: of the initial weights and of dropout. Output is float32 also under mixed precision.
    """
    seeds = iter(range(seed * 1000, seed * 1000 + 1000))
    inputs = keras.Input((settings.size, settings.size, settings.channels), name="slices")
    x, skips = inputs, []
    for level, width in enumerate(settings.widths[:-1]):
        x = _block(x, settings, width, f"down{level + 1}", seeds)
        skips.append(x)
        x = layers.MaxPooling2D(2, name=f"down{level + 1}_pool")(x)
        x = _dropout(x, settings, f"down{level + 1}_dropout", seeds)
    x = _block(x, settings, settings.widths[-1], "bottom", seeds)
    for level in reversed(range(settings.depth)):
        x = layers.Conv2DTranspose(
            settings.widths[level],
            3,
            strides=2,
            padding="same",
            kernel_initializer=keras.initializers.GlorotUniform(next(seeds)),
            name=f"up{level + 1}_transposed",
        )(x)
        x = layers.Concatenate(name=f"up{level + 1}_join")([x, skips[level]])
        x = _dropout(x, settings, f"up{level + 1}_dropout", seeds)
        x = _block(x, settings, settings.widths[level], f"up{level + 1}", seeds)
    logits = layers.Conv2D(
        1, 1, kernel_initializer=keras.initializers.GlorotUniform(next(seeds)), name="logits"
    )(x)
    # The sigmoid stays in float32: half precision cannot tell 0.99 from 0.999.
    probability = layers.Activation("sigmoid", dtype="float32", name="probability")(logits)
    return keras.Model(inputs, probability, name="unet")


def _block(x: Any, settings: UnetSettings, width: int, name: str, seeds: Iterator[int]) -> Any:
    for i in range(1, settings.convolutions + 1):
        initial = keras.initializers.HeNormal(next(seeds))
        x = layers.Conv2D(
            width, 3, padding="same", kernel_initializer=initial, name=f"{name}_conv{i}"
        )(x)
        if settings.normalisation == "batch":
            x = FusedBatchNormalization(name=f"{name}_norm{i}")(x)
        x = layers.Activation("relu", name=f"{name}_relu{i}")(x)
    return x


def _dropout(x: Any, settings: UnetSettings, name: str, seeds: Iterator[int]) -> Any:
    if settings.dropout == 0:
        return x
    return layers.Dropout(settings.dropout, seed=next(seeds), name=name)(x)
