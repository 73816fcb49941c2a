"""The TensorFlow engine: the reference, and the way to a GPU. It trains nothing.

TensorFlow and Keras are imported when a model is loaded, never with this module.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from seg_core.errors import EngineError
from seg_core.inference.mirrored import with_mirrored
from seg_core.models.card import Mirroring
from seg_core.models.file_names import CARD_JSON, SECOND_WEIGHTS, WEIGHTS
from seg_core.models.registry import ReleasedModel, verify
from seg_core.study import EngineInfo

PRECISIONS = {"float32": "f32", "mixed_bfloat16": "bf16", "mixed_float16": "f16"}
"""Keras' names of what a network computes in, and ours."""


class TensorFlowEngine:
    """Carries out weights.keras on the GPU where TensorFlow finds one, else on the processor."""

    def __init__(self) -> None:
        self.info = EngineInfo("tensorflow", "f32", "CPU")
        self._loaded = ""
        self._mirroring: Mirroring | None = None
        self._carry_out: Callable[[np.ndarray], np.ndarray] | None = None
        self._second: Callable[[np.ndarray], np.ndarray] | None = None

    def load(self, model: ReleasedModel) -> None:
        if self._carry_out is not None and self._loaded == model.sha256:
            return
        second = model.card.second_opinion
        verify(model, (CARD_JSON, WEIGHTS, *([SECOND_WEIGHTS] if second else ())))
        # Both are there before either is kept: a half of each of two models would read wrongly.
        network = _read_network(model.folder / WEIGHTS)
        asked = _one_graph(_read_network(model.folder / SECOND_WEIGHTS)) if second else None
        self._carry_out, self._second = _one_graph(network), asked
        precision = PRECISIONS.get(network.dtype_policy.name, network.dtype_policy.name)
        self.info = EngineInfo("tensorflow", precision, _device())
        self._loaded = model.sha256
        self._mirroring = model.card.mirroring

    def predict(self, batch: np.ndarray) -> np.ndarray:
        if self._carry_out is None:
            raise EngineError("tensorflow: expected a loaded network, found none. Call load first.")
        import tensorflow as tf  # loaded with the network

        try:
            return with_mirrored(self._carry_out, batch, self._mirroring, self._second)
        except tf.errors.OpError as error:  # mostly a GPU whose memory is full
            raise EngineError(
                f"tensorflow: expected to carry out {len(batch)} slices on {self.info.device}, "
                f"found: {error.message}. Try a smaller --batch, or --engine openvino."
            ) from error


def _read_network(path: Path) -> Any:
    """The Keras model. `safe_mode` refuses layers that carry code of their own."""
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # warnings of TensorFlow stay, chatter goes
    import keras

    if keras.backend.backend() != "tensorflow":
        raise EngineError(
            "tensorflow: expected Keras on TensorFlow, found it on "
            f"{keras.backend.backend()}. Unset KERAS_BACKEND, or use --engine openvino."
        )
    _prepare_gpus()
    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except (OSError, TypeError, ValueError) as error:
        raise EngineError(
            f"{path}: expected a network that Keras {keras.__version__} can "
            f"read, found: {error}. Release the model anew."
        ) from error


def _prepare_gpus() -> None:
    """Take GPU memory as needed, and multiply in whole float32: this engine is the reference."""
    import tensorflow as tf

    for gpu in tf.config.list_physical_devices("GPU"):
        try:
            tf.config.experimental.set_memory_growth(gpu, True)
        except RuntimeError:  # the GPU is in use already, by an earlier network of this process
            break
    tf.config.experimental.enable_tensor_float_32_execution(False)


def _one_graph(network: Any) -> Callable[[np.ndarray], np.ndarray]:
    """The network as one traced function for batches of any length: float32 (b, size, size)."""
    import tensorflow as tf

    signature = tf.TensorSpec((None, *network.input_shape[1:]), tf.float32)
    traced = tf.function(lambda batch: network(batch, training=False), input_signature=[signature])
    return lambda batch: np.array(traced(batch), np.float32)[..., 0]


def _device() -> str:
    import tensorflow as tf

    return "GPU" if tf.config.list_physical_devices("GPU") else "CPU"
