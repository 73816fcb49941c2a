"""Nearest upsampling in an exported network."""

import numpy as np
import openvino
import pytest


def test_an_exported_network_upsamples_in_one_operation_a_level(exported):
    network = openvino.Core().read_model(exported / "network.xml")

    kinds = [node.get_type_name() for node in network.get_ops()]
    assert kinds.count("Interpolate") == 2 * 4  # of a slice and of its mirror image
    assert "Tile" not in kinds


def test_what_the_network_sees_stays_the_same(exported, opened):
    slices = np.random.default_rng(0).normal(size=(3, 32, 32, 3)).astype(np.float32)
    compiled = openvino.Core().compile_model(
        exported / "network.xml", "CPU", {"INFERENCE_PRECISION_HINT": "f32"}
    )

    expected = np.asarray(opened.predict_on_batch(slices))  # rounded too
    assert compiled(slices)[0] == pytest.approx(expected, abs=1e-4)
