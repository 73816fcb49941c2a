"""An exported network to eight bits, by NNCF's post-training quantisation. It measures nothing.

NNCF is needed here alone (requirements-quantise.txt), never to read studies. Its weights keep to
half of their range (depthwise ones, which add up no pairs, to the whole): on processors without
VNNI two products of eight-bit numbers are added up in sixteen bits and would be cut off, so that a
slice could be flagged on one machine and not on another. 2 x 255 x 64 < 2^15: nothing is cut off.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack, redirect_stdout
from importlib.metadata import version
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from seg_core.errors import ModelError
from seg_core.network.silent_openvino import import_openvino


def quantise_network(xml: Path, inputs: np.ndarray, to: Path) -> str:
    """Write the network of `xml` in eight bits as `to` and its .bin; what did it, in words.

    inputs: float32 (n, size, size, channels), slices in the network's frame: the ranges of the
    layers come from them. Takes a second or less a slice. Raises ModelError without NNCF.
    """
    openvino = import_openvino()  # before NNCF imports it
    nncf = _import_nncf()
    from nncf.quantization.range_estimator import RangeEstimatorParametersSet

    network = openvino.Core().read_model(xml)
    slices = [inputs[i : i + 1] for i in range(len(inputs))]
    with ExitStack() as quiet:
        if not sys.stdout.isatty():  # a pipe wants no bars
            quiet.enter_context(redirect_stdout(StringIO()))
        made = nncf.quantize(
            network,
            nncf.Dataset(slices),
            preset=nncf.QuantizationPreset.MIXED,
            subset_size=len(slices),
            advanced_parameters=nncf.AdvancedQuantizationParameters(
                overflow_fix=nncf.OverflowFix.ENABLE,
                # The widest a slice needs, not the mean: few have tumour, and it is what is bright.
                activations_range_estimator_params=RangeEstimatorParametersSet.MINMAX,
            ),
            ignored_scope=nncf.IgnoredScope(names=behind_convolutions(network)),
        )
    openvino.save_model(made, to)
    return (
        f"NNCF {version('nncf')}, after training: preset mixed, weights in half of their range, "
        "layers' whole ranges, fast bias correction"
    )


def behind_convolutions(network: Any) -> list[str]:
    """What an openvino.Model does to its logits after the last convolutions, by name.

    It stays in float32: few slices hold tumour, and a range taken over all of them would cut the
    logits off where tumour begins.
    """
    found: dict[str, Any] = {}
    ahead = [result.input_value(0).get_node() for result in network.get_results()]
    while ahead:
        node = ahead.pop()
        name, kind = node.get_friendly_name(), node.get_type_name()
        if name in found or "Convolution" in kind or kind in ("Constant", "Convert", "Parameter"):
            continue
        found[name] = node
        ahead += [value.get_node() for value in node.input_values()]
    return list(found)


def _import_nncf() -> Any:
    try:
        import nncf
    except ImportError as error:
        raise ModelError(
            f"nncf: expected the package to be installed, found none ({error}). "
            "Type `pip install -r requirements-quantise.txt`."
        ) from error
    nncf.set_log_level(40)  # errors only
    return nncf
