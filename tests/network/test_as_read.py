"""A network as it reads: mirrored slices averaged in, logits calibrated."""

import numpy as np
import pytest

from seg_core.network.as_read import as_read
from seg_core.network.export import export_network, load_weights
from seg_core.network.settings import UnetSettings
from seg_core.network.unet import build_unet


@pytest.fixture(scope="module")
def network():
    return build_unet(UnetSettings(size=32, filters=2, depth=1), seed=3)


@pytest.fixture(scope="module")
def slices():
    return np.random.default_rng(0).normal(size=(2, 32, 32, 3)).astype(np.float32)


def predicted(network, slices):
    return np.asarray(network.predict_on_batch(slices))


def logit(p):
    return np.log(p / (1 - p))


def test_nothing_asked_leaves_the_network_as_it_is(network, slices):
    read = predicted(as_read(network), slices)

    assert read == pytest.approx(predicted(network, slices), abs=1e-6)


def test_slope_and_intercept_move_the_logit(network, slices):
    read = predicted(as_read(network, slope=0.5, intercept=-1.0), slices)

    assert logit(read) == pytest.approx(0.5 * logit(predicted(network, slices)) - 1.0, abs=1e-4)


def test_flips_average_a_slice_with_its_mirror_image(network, slices):
    read = predicted(as_read(network, flips=True), slices)
    there, mirrored = (logit(predicted(network, x)) for x in (slices, slices[:, :, ::-1]))

    assert logit(read) == pytest.approx((there + mirrored[:, :, ::-1]) / 2, abs=1e-4)


def test_it_is_exported_and_opened_again(network, slices, tmp_path):
    read = as_read(network, flips=True, slope=0.8, intercept=0.1)
    export_network(read, tmp_path)

    again = load_weights(tmp_path / "weights.keras")

    assert predicted(again, slices) == pytest.approx(predicted(read, slices), abs=2e-3)
