"""A trained network as it reads studies: mirrored slices averaged in, its logits calibrated.

It trains nothing and fits no calibration.
"""

from __future__ import annotations

from typing import Any

import keras


def as_read(
    network: Any, *, flips: bool = False, slope: float = 1.0, intercept: float = 0.0
) -> Any:
    """The same input and output; probability = sigmoid(slope * logit + intercept).

    network: with a layer "logits" before its sigmoid, as the builders here make it. flips: the
    logit is the mean of the slice's and of its mirror image's, mirrored back.
    """
    logits = keras.Model(network.inputs, network.get_layer("logits").output, name="one_view")
    inputs = keras.Input(network.input_shape[1:], name=network.inputs[0].name)
    z = logits(inputs)
    if flips:
        mirrored = keras.ops.flip(logits(keras.ops.flip(inputs, axis=2)), axis=2)
        z = (z + mirrored) / 2
    z = keras.layers.Rescaling(slope, intercept, dtype="float32", name="calibrated")(z)
    probability = keras.layers.Activation("sigmoid", dtype="float32", name="probability")(z)
    return keras.Model(inputs, probability, name=network.name)
