"""Losses over probabilities, on any Keras backend. Reported numbers come from seg_core.metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

Loss = Callable[[Any, Any], Any]
"""Truth (b, h, w, 1) and probability -> scalar."""

EPSILON = 1e-6
"""Keeps logarithms and quotients finite; small against one pixel."""


def binary_cross_entropy(truth: Any, probability: Any) -> Any:
    """Mean over all pixels of the batch: scalar. Worked example: truth 1, p 0.5 -> 0.6931."""
    return ops.mean(keras.losses.binary_crossentropy(truth, probability))


def soft_dice_loss(truth: Any, probability: Any) -> Any:
    """1 - soft Dice, all pixels of the batch pooled: scalar.

    Pooled, because the Dice of a slice without tumour is not defined.
    """
    truth = ops.cast(truth, probability.dtype)
    overlap = ops.sum(truth * probability)
    return 1.0 - (2.0 * overlap + EPSILON) / (ops.sum(truth) + ops.sum(probability) + EPSILON)


def bce_dice(truth: Any, probability: Any) -> Any:
    """Binary cross-entropy plus soft Dice loss: scalar."""
    return binary_cross_entropy(truth, probability) + soft_dice_loss(truth, probability)


def supervised(loss: Loss) -> Loss:
    """`loss` of every channel of a probability (b, h, w, k), each weighing half of the one before.

    More than one come of deep supervision (Lee et al. 2015), weighted as in nnU-Net (Isensee et
    al. 2021). Worked example: losses 0.3 and 0.6 of two channels -> (0.3 + 0.6 / 2) / 1.5 = 0.4.
    """

    def of_all(truth: Any, probability: Any) -> Any:
        count = probability.shape[-1]
        weights = [0.5**i for i in range(count)]
        losses = [loss(truth, probability[..., i : i + 1]) for i in range(count)]
        return sum(w * one for w, one in zip(weights, losses, strict=True)) / sum(weights)

    return of_all


LOSSES: dict[str, Loss] = {
    "bce": supervised(binary_cross_entropy),
    "dice": supervised(soft_dice_loss),
    "bce+dice": supervised(bce_dice),
}
"""The losses that a recipe may name."""
