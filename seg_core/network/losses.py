"""Losses over probabilities, on any Keras backend. Reported numbers come from seg_core.metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

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


LOSSES: dict[str, Callable[[Any, Any], Any]] = {
    "bce": binary_cross_entropy,
    "dice": soft_dice_loss,
    "bce+dice": bce_dice,
}
"""The losses that a recipe may name."""
