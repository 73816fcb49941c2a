"""Averaged weights: judged and kept, while training goes on from its own."""

import numpy as np

from seg_core.training.averaging import averaged, use_averaged
from seg_core.training.build import build_model
from seg_core.training.recipe import recipe_named

SMALL = {"network.size": 16, "network.filters": 2, "network.depth": 1}


def trained(averaging, steps=3):
    model = build_model(recipe_named("paper").changed({**SMALL, "averaging": averaging}))
    batch = np.random.default_rng(0).random((2, 16, 16, 3), np.float32)
    truth = (batch[..., :1] > 0.5).astype(np.float32)
    seen = []
    for _ in range(steps):
        model.train_on_batch(batch, truth)
        seen.append(np.array(np.asarray(model.trainable_variables[0])))
    return model, seen


def test_the_average_fades_by_its_factor_each_step():
    model, seen = trained(0.5)
    use_averaged(model)

    # From the first step's weights: (w1 + w2) / 2, then half of that and half of w3.
    expected = 0.25 * seen[0] + 0.25 * seen[1] + 0.5 * seen[2]
    assert np.allclose(model.trainable_variables[0], expected, atol=1e-6)


def test_afterwards_training_goes_on_from_its_own_weights():
    model, seen = trained(0.9)
    with averaged(model):
        assert not np.allclose(model.trainable_variables[0], seen[-1])

    assert np.array_equal(model.trainable_variables[0], seen[-1])


def test_without_averaging_nothing_changes():
    model, seen = trained(0.0)
    with averaged(model):
        assert np.array_equal(model.trainable_variables[0], seen[-1])
