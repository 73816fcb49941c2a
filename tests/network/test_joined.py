"""Networks that read together."""

import numpy as np
import pytest

from seg_core.network.as_read import as_read
from seg_core.network.efficient_settings import EfficientUnetSettings
from seg_core.network.efficient_unet import build_efficient_unet
from seg_core.network.export import export_network, load_weights
from seg_core.network.joined import joined
from seg_core.network.settings import UnetSettings
from seg_core.network.unet import build_unet


def network(channels=3, seed=1, size=32):
    return build_unet(UnetSettings(size=size, filters=2, depth=1, channels=channels), seed=seed)


@pytest.fixture(scope="module")
def slices():
    return np.random.default_rng(0).normal(size=(2, 32, 32, 3)).astype(np.float32)


def logit(model, x):
    p = np.asarray(model.predict_on_batch(x))
    return np.log(p / (1 - p))


def test_their_logits_are_averaged_and_one_of_one_channel_reads_flair(slices):
    colour, flair = network(), network(channels=1, seed=2)

    both = logit(joined([colour, flair]), slices)

    expected = (logit(colour, slices) + logit(flair, slices[..., 1:2])) / 2
    assert both == pytest.approx(expected, abs=1e-4)


def test_one_alone_stays_what_it_is():
    alone = network()

    assert joined([alone]) is alone


def test_one_of_flair_takes_slices_of_three_channels_where_these_are_asked_for(slices):
    flair = network(channels=1, seed=2)

    asked = joined([flair], channels=3)

    assert asked.input_shape == (None, 32, 32, 3)
    assert logit(asked, slices) == pytest.approx(logit(flair, slices[..., 1:2]), abs=1e-4)


def test_deep_supervision_leaves_one_drawing_to_read_with(slices):
    supervised = build_efficient_unet(EfficientUnetSettings(size=32, deep_supervision=2))

    alone = joined([supervised])

    drawn = alone.predict_on_batch(slices)
    assert drawn.shape == (2, 32, 32, 1)
    assert np.allclose(drawn, supervised.predict_on_batch(slices)[..., :1])


def test_networks_of_other_sizes_do_not_read_together():
    with pytest.raises(ValueError, match=r"expected one size of slices, received \[32, 64\]"):
        joined([network(), network(size=64)])


def test_together_and_mirrored_they_are_exported_and_opened_again(slices, tmp_path):
    both = as_read(joined([network(), network(channels=1, seed=2)]), flips=True)
    export_network(both, tmp_path)

    again = load_weights(tmp_path / "weights.keras")

    assert logit(again, slices) == pytest.approx(logit(both, slices), abs=0.02)
