"""The last convolution of an opened network, carried out as a plain one."""

from pathlib import Path

import numpy as np
import openvino
import pytest

from seg_core.network.export import export_network
from seg_core.network.settings import UnetSettings
from seg_core.network.unet import build_unet
from seg_core.network.unfolding import unfold_output

RELEASED = Path(__file__).parents[2] / "models" / "second-reader"
TRANSPOSED = "ConvolutionBackpropData"


def kinds(network: openvino.Model) -> list[str]:
    return [node.get_type_name() for node in network.get_ordered_ops()]


def seen(network: openvino.Model, slices: np.ndarray) -> np.ndarray:
    compiled = openvino.Core().compile_model(network, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return np.array(compiled(slices)[0])


def test_every_end_of_a_network_becomes_a_plain_convolution(exported: Path) -> None:
    network = openvino.Core().read_model(exported / "network.xml")

    assert unfold_output(network)
    assert TRANSPOSED not in kinds(network)
    assert kinds(network).count("DepthToSpace") == 2


def test_a_network_sees_the_same_as_before(exported: Path) -> None:
    slices = np.random.default_rng(0).normal(size=(2, 32, 32, 3)).astype(np.float32)
    before, after = (openvino.Core().read_model(exported / "network.xml") for _ in range(2))
    unfold_output(after)

    assert seen(after, slices) == pytest.approx(seen(before, slices), abs=1e-5)


def test_a_released_network_in_eight_bits_sees_the_same_and_stays_in_eight_bits() -> None:
    file = sorted(RELEASED.glob("*/network_int8.xml"))[-1]
    before, after = (openvino.Core().read_model(file) for _ in range(2))
    shape = (1, *list(before.input(0).partial_shape)[1:])
    slices = np.random.default_rng(0).normal(size=[int(str(n)) for n in shape]).astype(np.float32)

    assert unfold_output(after)
    assert seen(after, slices) == pytest.approx(seen(before, slices), abs=1e-5)
    last = next(n for n in after.get_ordered_ops() if n.get_type_name() == "DepthToSpace")
    weights = last.input_value(0).get_node().input_value(1).get_node()
    stored = weights.input_value(0).get_node().input_value(0).get_node()
    assert stored.get_output_element_type(0).to_string() == "i8"


def test_a_network_that_ends_otherwise_stays_as_it_is(tmp_path: Path) -> None:
    export_network(build_unet(UnetSettings(size=32, filters=4, depth=2)), tmp_path)
    network = openvino.Core().read_model(tmp_path / "network.xml")
    before = kinds(network)

    assert not unfold_output(network)
    assert kinds(network) == before
    assert TRANSPOSED in before
