"""Losses over probabilities, on any Keras backend. Reported numbers come from seg_core.metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

Loss = Callable[[Any, Any], Any]
"""Truth (b, h, w, 1), 0 or 1, and probability -> scalar."""

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


STRONGEST = 100
"""Pixels of a slice whose mean says whether there is tumour in it: a small one covers as many."""

LARGEST = 0.03
"""Share of a slice that a tumour nobody outlined may cover before more of it costs."""

TOO_LARGE = 10.0
"""What each further share of the slice costs: without it the whole head would do."""


def image_level(truth: Any, probability: Any) -> Any:
    """What is wrong with a batch's slices as images that hold tumour or none: scalar.

    Multiple instance learning by the strongest pixels (Pinheiro and Collobert 2015 pool over all):
    a slice whose truth is below 0 holds tumour somewhere, of which the mean over its STRONGEST
    pixels p costs -log p; one whose truth is all 0 costs -log(1 - p); others cost nothing.
    More than LARGEST of the first kind costs too. Worked example: half of the batch unknown with p
    0.5 and nothing else drawn, the rest outlined -> 0.3466.
    """
    pixels = (ops.shape(truth)[0], -1)
    truth = ops.reshape(ops.cast(truth, "float32"), pixels)
    probability = ops.reshape(ops.cast(probability, "float32"), pixels)
    strongest = ops.mean(ops.top_k(probability, STRONGEST)[0], axis=1)
    somewhere = ops.cast(truth[:, 0] < 0, "float32")
    nowhere = ops.cast(ops.max(ops.abs(truth), axis=1) < 0.5, "float32")
    too_large = TOO_LARGE * ops.relu(ops.mean(probability, axis=1) - LARGEST)
    there = too_large - ops.log(strongest + EPSILON)
    return ops.mean(somewhere * there - nowhere * ops.log(1.0 - strongest + EPSILON))


def with_image_level(loss: Loss, weight: float) -> Loss:
    """`loss` of the slices whose truth is known, and `weight` times what all are as images."""

    def of_both(truth: Any, probability: Any) -> Any:
        known = ops.cast(truth >= 0, probability.dtype)
        # Where nothing is known both are 0, which costs neither cross-entropy nor Dice.
        where = loss(ops.maximum(truth, 0.0), probability * known)
        return where + weight * image_level(truth, probability[..., :1])

    return of_both


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


def loss_named(name: str, image_level_weight: float = 0.0) -> Loss:
    """One of LOSSES; with a weight beside `image_level`: truth may then be below 0 in a slice."""
    loss = LOSSES[name]
    return with_image_level(loss, image_level_weight) if image_level_weight else loss
