"""The OpenVINO engine, the default on a CPU. It imports no TensorFlow.

OpenVINO itself is imported when a model is loaded, never with this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from typing import Any

import numpy as np

from seg_core.errors import EngineError
from seg_core.inference.engine import Precision
from seg_core.inference.mirrored import with_mirrored
from seg_core.models.card import Card, Mirroring
from seg_core.models.file_names import (
    CARD_JSON,
    INT8_BIN,
    INT8_XML,
    NETWORK_BIN,
    NETWORK_XML,
    SECOND_BIN,
    SECOND_INT8_BIN,
    SECOND_INT8_XML,
    SECOND_XML,
)
from seg_core.models.registry import ReleasedModel, verify
from seg_core.network.silent_openvino import import_openvino
from seg_core.network.unfolding import unfold_output
from seg_core.study import EngineInfo

DEVICE = "CPU"

FIRST_TIME = Lock()
"""Held by the thread that opens networks and carries them out for the first time. Where OpenVINO's
Python side first hands out an array it makes things for the whole process, and two threads that do
so each wait for the other, without end."""


class OpenVINOEngine:
    """Carries out network.xml, or network_int8.xml, on the processor.

    precision: `auto` is eight bits where the model has such a network and its card found it good
    enough, else float32. bfloat16 only where asked for: not every processor has it, and the same
    slice would be flagged on one machine and not on another. The eight-bit network was made so
    that it gives the same whole numbers with and without VNNI (see `network.quantise`).

    Every slice is carried out by itself, and as many at once as the processor takes, of whatever
    batches there are: two or three at once leave no core waiting at the end of one. All requests
    are of one size, for which OpenVINO prepares when it compiles: one that it first meets while
    reading costs it many slices.
    """

    def __init__(self, precision: Precision = "auto") -> None:
        self._asked = precision
        self._precision: Precision = "f32" if precision == "auto" else precision
        self._loaded = ""
        self._mirroring: Mirroring | None = None
        self._requests: SimpleQueue[list[Any]] | None = None
        self._networks = 0
        self._threads: ThreadPoolExecutor | None = None

    @property
    def info(self) -> EngineInfo:
        return EngineInfo("openvino", self._precision, DEVICE)

    def load(self, model: ReleasedModel) -> None:
        if self._requests is not None and self._loaded == model.sha256:
            return
        precision = resolve_precision(self._asked, model.card)
        files = _files(model.card, precision)
        verify(model, (CARD_JSON, *(name for pair in files for name in pair)))
        core = import_openvino().Core()
        check_precision(precision, core.get_property(DEVICE, "OPTIMIZATION_CAPABILITIES"))
        with FIRST_TIME:
            networks = _compiled(core, model.folder, files, precision)
            at_once = networks[0].get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS")
            requests: SimpleQueue[list[Any]] = SimpleQueue()
            for _ in range(at_once):
                requests.put([_warm_request(network) for network in networks])
        self._requests, self._networks = requests, len(networks)
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="openvino")
        self._precision, self._loaded = precision, model.sha256
        self._mirroring = model.card.mirroring

    def predict(self, batch: np.ndarray) -> np.ndarray:
        if self._requests is None or self._threads is None:
            raise EngineError("openvino: expected a loaded network, found none. Call load first.")
        each = partial(_each, self._threads, self._requests)
        first, *second = (partial(each, which) for which in range(self._networks))
        try:
            return with_mirrored(first, batch, self._mirroring, *second)
        except RuntimeError as error:
            self._requests = None  # the next load makes new ones: these may have failed
            raise EngineError(
                f"openvino: expected to carry out a batch of {batch.shape}, found: {error}"
            ) from error


def _files(card: Card, precision: Precision) -> list[tuple[str, str]]:
    """Those of the model's own network and, where it has one, of its second opinion's."""
    int8 = precision == "int8"
    own = (INT8_XML, INT8_BIN) if int8 else (NETWORK_XML, NETWORK_BIN)
    second = (SECOND_INT8_XML, SECOND_INT8_BIN) if int8 else (SECOND_XML, SECOND_BIN)
    return [own, second] if card.second_opinion else [own]


def _warm_request(network: Any) -> Any:
    """A request that has been carried out once: its first time takes longer, see FIRST_TIME."""
    request = network.create_infer_request()
    request.infer({0: np.zeros(tuple(network.input(0).shape), np.float32)})
    return request


def _each(
    threads: ThreadPoolExecutor, free: SimpleQueue[list[Any]], which: int, batch: np.ndarray
) -> np.ndarray:
    """Every slice of a batch by one of the networks: float32 (b, size, size)."""
    out = np.empty(batch.shape[:-1], np.float32)
    slices = (batch[i : i + 1] for i in range(len(batch)))
    for i, seen in enumerate(threads.map(partial(_carry_out, free, which), slices)):
        out[i] = seen
    return out


def _carry_out(free: SimpleQueue[list[Any]], which: int, one: np.ndarray) -> np.ndarray:
    """float32 (1, size, size, channels) -> (size, size), by a request that no other thread uses."""
    requests = free.get()
    try:
        requests[which].infer({0: one}, share_inputs=True)
        return np.array(requests[which].get_output_tensor(0).data[0, ..., 0])
    finally:
        free.put(requests)


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


def _compiled(
    core: Any, folder: Path, files: Sequence[tuple[str, str]], precision: Precision
) -> list[Any]:
    """Networks for one slice at a time, as many of them at once as the processor takes.

    Opened one after the other, see FIRST_TIME; then compiled in a thread each.
    """
    # What of a network in eight bits is not quantised stays in float32, on every processor.
    between = "bf16" if precision == "bf16" else "f32"
    hints = {"PERFORMANCE_HINT": "THROUGHPUT", "INFERENCE_PRECISION_HINT": between}
    try:
        opened = [_open(core, folder / xml, folder / weights) for xml, weights in files]
        with ThreadPoolExecutor(len(opened), thread_name_prefix="compile") as threads:
            return list(threads.map(lambda one: core.compile_model(one, DEVICE, hints), opened))
    except RuntimeError as error:
        raise EngineError(
            f"{' or '.join(str(folder / xml) for xml, _ in files)}: expected a network that "
            f"OpenVINO {import_openvino().__version__} can carry out, found: {error}. "
            "Release the model anew."
        ) from error


def _open(core: Any, xml: Path, weights: Path) -> Any:
    network = core.read_model(xml, weights)
    shape = network.input(0).partial_shape
    shape[0] = 1
    network.reshape(shape)
    unfold_output(network)
    return network
