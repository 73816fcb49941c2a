"""Nearest upsampling in an exported network."""

import numpy as np
import openvino
import pytest

from seg_core.network.as_read import as_read
from seg_core.network.efficient_settings import EfficientUnetSettings
from seg_core.network.efficient_unet import build_efficient_unet
from seg_core.network.export import export_network, load_weights


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A network of four levels that reads mirror images too, exported."""
    network = build_efficient_unet(EfficientUnetSettings(size=32, weights="none"))
    folder = tmp_path_factory.mktemp("exported")
    export_network(as_read(network, flips=True), folder)
    return folder


def test_an_exported_network_upsamples_in_one_operation_a_level(folder):
    exported = openvino.Core().read_model(folder / "network.xml")

    kinds = [node.get_type_name() for node in exported.get_ops()]
    assert kinds.count("Interpolate") == 2 * 4  # of a slice and of its mirror image
    assert "Tile" not in kinds


def test_what_the_network_sees_stays_the_same(folder):
    slices = np.random.default_rng(0).normal(size=(3, 32, 32, 3)).astype(np.float32)
    keras_one = load_weights(folder / "weights.keras")  # its weights are rounded too
    exported = openvino.Core().compile_model(
        folder / "network.xml", "CPU", {"INFERENCE_PRECISION_HINT": "f32"}
    )

    expected = np.asarray(keras_one.predict_on_batch(slices))
    assert exported(slices)[0] == pytest.approx(expected, abs=1e-4)
