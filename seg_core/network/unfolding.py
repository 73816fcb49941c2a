"""The last convolution of an opened network, put so that it is quicker. Values stay.

The networks here end in a transposed convolution of 2 x 2 that steps by 2: no two of its outputs
share an input. A plain convolution of 1 x 1 with four filters gives the same products, and
OpenVINO carries that out in about half the time.
"""

from __future__ import annotations

from typing import Any

import numpy as np

SIDE = 2
"""Of the kernel, and its step."""


def unfold_output(network: Any) -> bool:
    """Replace it in an openvino.Model, in float32 or eight bits; whether there was one."""
    replaced = False
    for node in network.get_ordered_ops():
        weights = _weights(node)
        if weights is None:
            continue
        one = _plain(node.input_value(0), weights)
        for target in list(node.output(0).get_target_inputs()):
            target.replace_source_output(one.output(0))
        replaced = True
    network.validate_nodes_and_infer_types()
    return replaced


def _weights(node: Any) -> Any | None:
    """The weights of such a convolution, rearranged for a plain one; None for anything else."""
    if node.get_type_name() != "ConvolutionBackpropData":
        return None
    found, settings = node.input_value(1).get_node(), node.get_attributes()
    shape = found.get_output_partial_shape(0)
    if not shape.is_static or list(shape.to_shape())[1:] != [1, SIDE, SIDE]:
        return None
    padded = any(settings[of] != [0, 0] for of in ("pads_begin", "pads_end", "output_padding"))
    if padded or settings["strides"] != [SIDE, SIDE]:
        return None
    return _rearranged(found)


def _rearranged(node: Any) -> Any | None:
    """(inputs, 1, 2, 2) -> (4, inputs, 1, 1), with what makes float32 of the stored numbers.

    None where that is another chain than the export and NNCF write: a constant, converted, and
    for eight bits times one scale.
    """
    from openvino import opset11

    kind = node.get_type_name()
    if kind == "Constant":
        moved = node.data.transpose(1, 2, 3, 0).reshape(SIDE * SIDE, -1, 1, 1)
        return opset11.constant(np.ascontiguousarray(moved))
    if kind not in ("Convert", "Multiply"):
        return None
    inner = _rearranged(node.input_value(0).get_node())
    if inner is None:
        return None
    if kind == "Convert":
        return opset11.convert(inner, node.get_output_element_type(0).to_string())
    scale = node.input_value(1).get_node()
    if scale.get_type_name() != "Constant" or scale.data.size != 1:
        return None
    return opset11.multiply(inner, scale)


def _plain(features: Any, weights: Any) -> Any:
    from openvino import opset11

    at_half = opset11.convolution(features, weights, [1, 1], [0, 0], [0, 0], [1, 1])
    return opset11.depth_to_space(at_half, "depth_first", SIDE)
