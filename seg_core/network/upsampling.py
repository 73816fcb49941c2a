"""Keras' nearest upsampling in an exported network, put back into one operation. Values stay.

Keras' export writes it as tiles, transpositions and reshapes. OpenVINO then moves memory where it
could compute, and post-training quantisation leaves the convolution that follows in float32.
"""

from __future__ import annotations

from typing import Any

import numpy as np

WRITTEN = (
    "Transpose", "Reshape", "Tile", "Unsqueeze", "Reshape", "Transpose", "Tile", "Unsqueeze",
)  # fmt: skip
"""The operations that one upsampling of (n, c, h, w) by 2 is written as, from its end."""


def join_upsampling(network: Any) -> int:
    """Replace each such chain by one Interpolate in an openvino.Model; how many there were."""
    replaced = 0
    for node in network.get_ordered_ops():
        source = _source(node)
        if source is None:
            continue
        one = _doubled(source)
        for target in list(node.output(0).get_target_inputs()):
            target.replace_source_output(one.output(0))
        replaced += 1
    network.validate_nodes_and_infer_types()
    return replaced


def _source(node: Any) -> Any | None:
    """What is upsampled where `node` ends such a chain, by 2 both ways; else None."""
    end = node
    for kind in WRITTEN:
        if node.get_type_name() != kind:
            return None
        node = node.input_value(0).get_node()
    before, after = (one.get_output_partial_shape(0) for one in (node, end))
    twice = all(before[i].get_length() * 2 == after[i].get_length() for i in (2, 3))
    return node if twice and before[1] == after[1] else None


def _doubled(node: Any) -> Any:
    from openvino import opset11

    return opset11.interpolate(
        node.output(0),
        opset11.constant(np.array([2.0, 2.0], np.float32)),
        "nearest",
        "scales",
        axes=opset11.constant(np.array([2, 3])),
        coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
    )
