"""The processor's own peak by precision: one large product of matrices. It times no network."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from seg_core.network.silent_openvino import import_openvino

SIDE = 2048
"""Of the matrices: a product of so many multiplications that reading them costs little beside."""

Product = Callable[[], object]


def products(side: int = SIDE) -> dict[str, list[Product]]:
    """Ways to multiply two matrices, by precision; bf16 only where the processor has it.

    Several ways, since none is the quickest everywhere; the quickest counts.
    """
    openvino = import_openvino()
    core = openvino.Core()
    rng = np.random.default_rng(0)
    one, two = (rng.random((side, side), np.float32) for _ in range(2))
    out = np.empty((side, side), np.float32)
    found: dict[str, list[Product]] = {
        "f32": [lambda: np.matmul(one, two, out=out), _compiled(core, _floats(two), one, "f32")],
        "int8": [_compiled(core, _eight_bits(two), one, "f32")],
    }
    if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        found["bf16"] = [_compiled(core, _floats(two), one, "bf16")]
    return found


def multiplications_a_second(product: Product, side: int = SIDE) -> float:
    """Of one call."""
    began = time.perf_counter()
    product()
    return side**3 / (time.perf_counter() - began)


def _compiled(core: Any, model: Any, inputs: np.ndarray, precision: str) -> Product:
    hints = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": precision}
    request = core.compile_model(model, "CPU", hints).create_infer_request()

    def product() -> object:
        return request.infer({0: inputs}, share_inputs=True, share_outputs=True)

    product()  # the first call also arranges the weights
    return product


def _floats(weights: np.ndarray) -> Any:
    """inputs x weights."""
    openvino = import_openvino()
    from openvino import opset13 as ops

    inputs = ops.parameter(list(weights.shape), np.float32)
    return openvino.Model([ops.matmul(inputs, ops.constant(weights), False, False)], [inputs], "p")


def _eight_bits(weights: np.ndarray) -> Any:
    """The same with inputs and weights of 0 to 1 taken to 256 and 255 levels, as NNCF writes it."""
    openvino = import_openvino()
    from openvino import opset13 as ops

    def levels(x: Any, low: float, high: float, count: int) -> Any:
        ends = [np.float32(low), np.float32(high)]
        return ops.fake_quantize(x, *ends, *ends, count)

    inputs = ops.parameter(list(weights.shape), np.float32)
    one = levels(inputs, 0.0, 1.0, 256)
    two = levels(ops.constant(weights), -1.0, 1.0, 255)
    return openvino.Model([ops.matmul(one, two, False, False)], [inputs], "p")
