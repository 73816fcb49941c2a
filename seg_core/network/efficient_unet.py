"""A U-Net whose encoder is an EfficientNet-Lite. It reads no weights and trains nothing.

On the way up: 1 x 1 convolution, nearest upsampling, the encoder's features of that level, one
3 x 3 convolution. The input itself joins at half the side, through a convolution over its 2 x 2
blocks, and the output is unfolded from half the side: no layer works at the full one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
from keras import layers

from seg_core.network.batch_normalisation import FusedBatchNormalization
from seg_core.network.efficient_settings import (
    STEM,
    Block,
    EfficientUnetSettings,
    encoder_blocks,
)

MOMENTUM, EPSILON = 0.98, 1e-3
"""Of the normalisation. The variance's floor is that of the published weights; their momentum of
0.99 would need more steps than a run here has."""

RARE = -4.0
"""Logit that the output begins at, of about 0.02: few pixels are tumour. Begun at 0, the first
steps would only teach the network that most are not."""


def in_encoder(path: str) -> bool:
    """Whether a weight, by its path in such a network, is of the pretrained encoder."""
    return path.startswith(("stem_", "block"))


def build_efficient_unet(settings: EfficientUnetSettings, seed: int = 0) -> keras.Model:
    """float (n, size, size, channels) -> probability (n, size, size, 1), all weights random.

    seed: of the initial weights and of the stochastic depth. Output is float32 also under
    mixed precision. Under deep supervision what the deeper levels draw follows in the last axis,
    the finest first.
    """
    seeds = iter(range(seed * 1000, seed * 1000 + 1000))
    inputs = keras.Input((settings.size, settings.size, settings.channels), name="slices")
    x = _convolved(inputs, STEM, 3, "stem", seeds, strides=2)
    skips: list[Any] = []
    deeper: list[Any] = []
    blocks = encoder_blocks(settings.variant)
    for i, block in enumerate(blocks, 1):
        if block.stride == 2:
            skips.append(x)
        left_out = settings.stochastic_depth * (i - 1) / len(blocks)
        x = _block(x, block, f"block{i}", left_out, seeds)
    for level, width in zip((4, 3, 2, 1), settings.decoder, strict=True):
        x = _plain(x, width, 1, f"up{level}_narrow", seeds)
        x = layers.UpSampling2D(2, interpolation="nearest", name=f"up{level}")(x)
        joined = [x, skips.pop()]
        if level == 1:
            # Six wide and two apart: each output looks at 3 x 3 of the input's 2 x 2 blocks.
            joined.append(_convolved(inputs, settings.folded, 6, "folded", seeds, strides=2))
        x = layers.Concatenate(name=f"up{level}_join")(joined)
        x = _convolved(x, width, 3, f"up{level}", seeds)
        if level in settings.supervised_levels:
            deeper.insert(0, _drawn_at(x, level, seeds))
    x = _convolved(x, settings.last, 3, "last", seeds)
    logits = layers.Conv2DTranspose(
        1,
        2,
        strides=2,
        kernel_initializer=keras.initializers.RandomNormal(stddev=0.02, seed=next(seeds)),
        bias_initializer=keras.initializers.Constant(RARE),
        name="logits",
    )(x)
    # The sigmoid stays in float32: half precision cannot tell 0.99 from 0.999.
    probability = layers.Activation("sigmoid", dtype="float32", name="probability")(logits)
    if deeper:
        probability = layers.Concatenate(dtype="float32", name="supervised")([probability, *deeper])
    return keras.Model(inputs, probability, name="efficient_unet")


def _drawn_at(x: Any, level: int, seeds: Iterator[int]) -> Any:
    """What a level of the decoder draws, float32 at the full size: each of its pixels a square."""
    logits = layers.Conv2D(
        1,
        1,
        kernel_initializer=keras.initializers.RandomNormal(stddev=0.02, seed=next(seeds)),
        bias_initializer=keras.initializers.Constant(RARE),
        name=f"up{level}_logits",
    )(x)
    drawn = layers.Activation("sigmoid", dtype="float32", name=f"up{level}_probability")(logits)
    return layers.UpSampling2D(
        2**level, interpolation="nearest", dtype="float32", name=f"up{level}_squares"
    )(drawn)


def _block(x: Any, block: Block, name: str, left_out: float, seeds: Iterator[int]) -> Any:
    y = x
    if block.expansion > 1:
        y = _convolved(y, block.channels * block.expansion, 1, f"{name}_expand", seeds)
    y = layers.DepthwiseConv2D(
        block.kernel,
        strides=block.stride,
        padding="same",
        use_bias=False,
        depthwise_initializer=_initial(seeds),
        name=f"{name}_depthwise_conv",
    )(y)
    y = _normalised(y, f"{name}_depthwise")
    y = layers.ReLU(6.0, name=f"{name}_depthwise_relu")(y)
    y = _plain(y, block.filters, 1, f"{name}_project_conv", seeds)
    y = _normalised(y, f"{name}_project")
    if not block.residual:
        return y
    if left_out > 0:  # a whole block of a slice at a time: stochastic depth
        y = layers.Dropout(left_out, noise_shape=(None, 1, 1, 1), seed=next(seeds),
                           name=f"{name}_drop")(y)  # fmt: skip
    return layers.Add(name=f"{name}_add")([x, y])


def _convolved(
    x: Any, filters: int, kernel: int, name: str, seeds: Iterator[int], strides: int = 1
) -> Any:
    x = _plain(x, filters, kernel, f"{name}_conv", seeds, strides)
    return layers.ReLU(6.0, name=f"{name}_relu")(_normalised(x, name))


def _plain(
    x: Any, filters: int, kernel: int, name: str, seeds: Iterator[int], strides: int = 1
) -> Any:
    return layers.Conv2D(
        filters,
        kernel,
        strides=strides,
        padding="same",
        use_bias=False,
        kernel_initializer=_initial(seeds),
        name=name,
    )(x)


def _normalised(x: Any, name: str) -> Any:
    return FusedBatchNormalization(momentum=MOMENTUM, epsilon=EPSILON, name=f"{name}_norm")(x)


def _initial(seeds: Iterator[int]) -> Any:
    return keras.initializers.HeNormal(next(seeds))
