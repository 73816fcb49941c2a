"""The OpenVINO engine, the default on a CPU. It imports no TensorFlow.

OpenVINO itself is imported when a model is loaded, never with this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from seg_core.errors import EngineError
from seg_core.inference.engine import Precision
from seg_core.inference.mirrored import with_mirrored
from seg_core.models.card import (
    CARD_JSON,
    INT8_BIN,
    INT8_XML,
    NETWORK_BIN,
    NETWORK_XML,
    SECOND_BIN,
    SECOND_INT8_BIN,
    SECOND_INT8_XML,
    SECOND_XML,
    Card,
    Mirroring,
)  # fmt: skip
from seg_core.models.registry import ReleasedModel, verify
from seg_core.network.silent_openvino import import_openvino
from seg_core.study import EngineInfo

REQUEST = 4
"""Slices a request at most: a queue of small requests keeps every core busy, where one large batch
leaves cores waiting for each other at every layer."""

DEVICE = "CPU"


class OpenVINOEngine:
    """Carries out network.xml, or network_int8.xml, on the processor.

    precision: `auto` is eight bits where the model has such a network and its card found it good
    enough, else float32. bfloat16 only where asked for: not every processor has it, and the same
    slice would be flagged on one machine and not on another. The eight-bit network was made so
    that it gives the same whole numbers with and without VNNI (see `network.quantise`).
    """

    def __init__(self, precision: Precision = "auto") -> None:
        self._asked = precision
        self._precision: Precision = "f32" if precision == "auto" else precision
        self._loaded = ""
        self._mirroring: Mirroring | None = None
        self._queue: Any = None
        self._second: Any = None

    @property
    def info(self) -> EngineInfo:
        return EngineInfo("openvino", self._precision, DEVICE)

    def load(self, model: ReleasedModel) -> None:
        if self._queue is not None and self._loaded == model.sha256:
            return
        precision = resolve_precision(self._asked, model.card)
        files = _files(model.card, precision)
        verify(model, (CARD_JSON, *(name for pair in files for name in pair)))
        core = import_openvino().Core()
        check_precision(precision, core.get_property(DEVICE, "OPTIMIZATION_CAPABILITIES"))
        queues = [
            _compile(core, model.folder / xml, model.folder / weights, precision)
            for xml, weights in files
        ]
        self._queue, self._second = queues if len(queues) > 1 else (queues[0], None)
        self._precision, self._loaded = precision, model.sha256
        self._mirroring = model.card.mirroring

    def predict(self, batch: np.ndarray) -> np.ndarray:
        if self._queue is None:
            raise EngineError("openvino: expected a loaded network, found none. Call load first.")
        try:
            second = None if self._second is None else partial(_carry_out, self._second)
            return with_mirrored(partial(_carry_out, self._queue), batch, self._mirroring, second)
        except RuntimeError as error:
            self._queue = None  # the next load makes a new one: this one may hold failed requests
            raise EngineError(
                f"openvino: expected to carry out a batch of {batch.shape}, found: {error}"
            ) from error


def _files(card: Card, precision: Precision) -> list[tuple[str, str]]:
    """Those of the model's own network and, where it has one, of its second opinion's."""
    int8 = precision == "int8"
    own = (INT8_XML, INT8_BIN) if int8 else (NETWORK_XML, NETWORK_BIN)
    second = (SECOND_INT8_XML, SECOND_INT8_BIN) if int8 else (SECOND_XML, SECOND_BIN)
    return [own, second] if card.second_opinion else [own]


def _carry_out(queue: Any, batch: np.ndarray) -> np.ndarray:
    """Send the batch through the queue in requests: float32 (b, size, size)."""
    out = np.empty(batch.shape[:-1], np.float32)
    rounds = max(1, -(-len(batch) // (REQUEST * len(queue))))
    each = max(1, -(-len(batch) // (rounds * len(queue))))  # every core as much, to the last round

    def keep(request: Any, start: int) -> None:
        out[start : start + each] = request.get_output_tensor(0).data[..., 0]

    queue.set_callback(keep)
    try:
        for start in range(0, len(batch), each):
            queue.start_async({0: batch[start : start + each]}, start)
    finally:
        queue.wait_all()  # also after an error: requests in flight still write to `out`
    return out


def resolve_precision(asked: Precision, card: Card) -> Precision:
    """What a model is carried out in. Raises EngineError for an int8 that it does not have."""
    if asked == "int8" and card.quantised is None:
        raise EngineError(
            f"{card.name}/{card.version}: expected {INT8_XML} for precision int8, found none. "
            f"Use precision f32, or make it: python -m seg_core quantise {card.name} --data DIR"
        )
    if asked != "auto":
        return asked
    return "int8" if card.quantised is not None and card.quantised.good_enough else "f32"


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


def _compile(core: Any, xml: Path, weights: Path, precision: Precision) -> Any:
    """A network as a queue of asynchronous requests, one or more a core."""
    openvino = import_openvino()
    # What of a network in eight bits is not quantised stays in float32, on every processor.
    between = "bf16" if precision == "bf16" else "f32"
    hints = {"PERFORMANCE_HINT": "THROUGHPUT", "INFERENCE_PRECISION_HINT": between}
    try:
        network = core.read_model(xml, weights)
        return openvino.AsyncInferQueue(core.compile_model(network, DEVICE, hints))
    except RuntimeError as error:
        raise EngineError(
            f"{xml}: expected a network that OpenVINO "
            f"{openvino.__version__} can carry out, found: {error}. Release the model anew."
        ) from error
