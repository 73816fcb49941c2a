"""Networks that read together: the mean of their logits. It trains nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from seg_core.study import FLAIR


def joined(networks: Sequence[Any], channels: int | None = None) -> Any:
    """One network of several: the first as it is, where there is one alone of so many channels.

    Each has a layer "logits" before its sigmoid, as the builders here make it, and so has the
    result. It takes `channels`, or the most that one of them takes; one of fewer reads FLAIR alone.
    Raises ValueError where they want slices of different sizes.
    """
    widest = max(networks, key=lambda network: network.input_shape[-1])
    channels = channels or widest.input_shape[-1]
    if len(networks) == 1 and channels == widest.input_shape[-1]:
        return _drawing_once(widest)
    sizes = {network.input_shape[1] for network in networks}
    if len(sizes) > 1:
        raise ValueError(f"networks: expected one size of slices, received {sorted(sizes)}")
    inputs = keras.Input((*widest.input_shape[1:-1], channels), name=widest.inputs[0].name)
    seen = [_logits(network, i)(_channels(inputs, network)) for i, network in enumerate(networks)]
    z = keras.layers.Average(dtype="float32", name="logits")(seen)
    probability = keras.layers.Activation("sigmoid", dtype="float32", name="probability")(z)
    return keras.Model(inputs, probability, name=widest.name)


def _drawing_once(network: Any) -> Any:
    """Without what its deeper levels draw while training, where they do."""
    if network.output_shape[-1] == 1:
        return network
    return keras.Model(network.inputs, network.get_layer("probability").output, name=network.name)


def _logits(network: Any, number: int) -> Any:
    logits = network.get_layer("logits").output
    return keras.Model(network.inputs, logits, name=f"network_{number + 1}")


def _channels(inputs: Any, network: Any) -> Any:
    if network.input_shape[-1] == inputs.shape[-1]:
        return inputs
    return keras.ops.take(inputs, [FLAIR], axis=-1)
