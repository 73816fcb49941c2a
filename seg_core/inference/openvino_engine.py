"""The OpenVINO engine, the default on a CPU. It imports no TensorFlow.

OpenVINO itself is imported when a model is loaded, never with this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from seg_core.errors import EngineError
from seg_core.inference.engine import Precision
from seg_core.models.card import CARD_JSON, NETWORK_BIN, NETWORK_XML
from seg_core.models.registry import ReleasedModel, verify
from seg_core.network.silent_openvino import import_openvino
from seg_core.study import EngineInfo

REQUEST = 4
"""Slices a request: a queue of small requests keeps every core busy, where one large batch
leaves cores waiting for each other at every layer."""

DEVICE = "CPU"


class OpenVINOEngine:
    """Carries out network.xml and network.bin on the processor.

    precision: float32 unless bfloat16 is asked for. On four patients (129 slices) bfloat16
    was twice as fast, and moved a paper-unet's scores by up to 0.02 and a patient's Dice by
    up to 0.002: little, but the same slice may be flagged on one machine and not on another.
    """

    def __init__(self, precision: Precision = "f32") -> None:
        self._precision = precision
        self._loaded = ""
        self._queue: Any = None

    @property
    def info(self) -> EngineInfo:
        return EngineInfo("openvino", self._precision, DEVICE)

    def load(self, model: ReleasedModel) -> None:
        if self._queue is not None and self._loaded == model.sha256:
            return
        verify(model, (CARD_JSON, NETWORK_XML, NETWORK_BIN))
        core = import_openvino().Core()
        check_precision(self._precision, core.get_property(DEVICE, "OPTIMIZATION_CAPABILITIES"))
        self._queue = _compile(core, model, self._precision)
        self._loaded = model.sha256

    def predict(self, batch: np.ndarray) -> np.ndarray:
        if self._queue is None:
            raise EngineError("openvino: expected a loaded network, found none. Call load first.")
        try:
            return _carry_out(self._queue, batch)
        except RuntimeError as error:
            self._queue = None  # the next load makes a new one: this one may hold failed requests
            raise EngineError(
                f"openvino: expected to carry out a batch of {batch.shape}, found: {error}"
            ) from error


def _carry_out(queue: Any, batch: np.ndarray) -> np.ndarray:
    """Send the batch through the queue, REQUEST slices at a time: float32 (b, size, size)."""
    out = np.empty(batch.shape[:-1], np.float32)

    def keep(request: Any, start: int) -> None:
        out[start : start + REQUEST] = request.get_output_tensor(0).data[..., 0]

    queue.set_callback(keep)
    try:
        for start in range(0, len(batch), REQUEST):
            queue.start_async({0: batch[start : start + REQUEST]}, start)
    finally:
        queue.wait_all()  # also after Ctrl-C: requests in flight still write to `out`
    return out


def check_precision(precision: Precision, capabilities: Sequence[str]) -> None:
    """Raise EngineError for a bf16 that the processor lacks.

    OpenVINO takes the hint all the same, emulates it, and is slower than in float32.
    capabilities: the device's OPTIMIZATION_CAPABILITIES.
    """
    if precision == "bf16" and "BF16" not in capabilities:
        raise EngineError(
            "openvino: expected a processor with native bfloat16 for precision bf16, found "
            f"{', '.join(capabilities)}. Use precision f32."
        )


def _compile(core: Any, model: ReleasedModel, precision: Precision) -> Any:
    """The model's network as a queue of asynchronous requests, one or more a core."""
    openvino = import_openvino()
    hints = {"PERFORMANCE_HINT": "THROUGHPUT", "INFERENCE_PRECISION_HINT": precision}
    try:
        network = core.read_model(model.folder / NETWORK_XML, model.folder / NETWORK_BIN)
        return openvino.AsyncInferQueue(core.compile_model(network, DEVICE, hints))
    except RuntimeError as error:
        raise EngineError(
            f"{model.folder / NETWORK_XML}: expected a network that OpenVINO "
            f"{openvino.__version__} can carry out, found: {error}. Release the model anew."
        ) from error
