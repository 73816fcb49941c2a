"""Run by test_strategy in a process of its own, in which the processor is two logical devices.

python on_two_devices.py DATA RECIPE_JSON
"""

import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from seg_core.data.batches import Batches
from seg_core.errors import RecipeError
from seg_core.settings import load_settings
from seg_core.training.build import build_model
from seg_core.training.recipe import Recipe
from seg_core.training.run_data import load_patients
from seg_core.training.state import Progress, load_state, save_state, state_variables
from seg_core.training.strategy import make_strategy, scope, spread
from seg_core.training.worker import train


def main(data, recipe):
    processor = tf.config.list_physical_devices("CPU")[0]
    two = [tf.config.LogicalDeviceConfiguration()] * 2
    tf.config.set_logical_device_configuration(processor, two)
    strategy = make_strategy()
    assert strategy.num_replicas_in_sync == 2
    settings = load_settings()
    batches = list(Batches(load_patients([data], recipe)[:1], recipe.batch_size).iterate(1))
    assert [len(images) for images, _ in batches] == [4, 1], "the last one shall not divide"
    with pytest.raises(RecipeError, match="batch_size: expected a multiple of 2"):
        spread(None, recipe.changed({"batch_size": 3}), strategy)
    on_one, figures, seen = steps_on_one(recipe, batches)
    with scope(strategy):
        model = spread(build_model(recipe), recipe, strategy)
        for batch, (loss, sums) in zip(batches, figures, strict=True):
            same_step(model.train_on_batch(*batch), loss, sums)
        # A bias before a normalisation has no gradient but noise, which Adam makes a step of.
        for ours, theirs in zip(on_one, model.trainable_variables, strict=True):
            np.testing.assert_allclose(np.asarray(theirs), ours, rtol=1e-3, atol=1e-4)
        shown = model.predict_on_batch(batches[0][0])
        np.testing.assert_allclose(shown, seen, rtol=1e-3, atol=1e-3)
        same_after_loading(model, batches[0], settings.home / "state")
    run = train([data], recipe, settings, "whole")
    assert run.status().state == "finished"


def steps_on_one(recipe, batches):
    """Weights, (loss, sums) a step, and a prediction of the same network on one device."""
    one = build_model(recipe)
    figures = []
    for images, truth in batches:
        sums = one.train_on_batch(images, truth, return_dict=True)
        figures.append((sums.pop("loss"), sums))
    seen = np.asarray(one.predict_on_batch(batches[0][0]))
    return [np.asarray(weight) for weight in one.trainable_variables], figures, seen


def same_step(ours, loss, sums):
    np.testing.assert_allclose(float(ours.pop("loss")), float(loss), rtol=1e-4)
    assert set(ours) == set(sums)
    for name, value in sums.items():
        np.testing.assert_allclose(float(ours[name]), float(value), rtol=1e-3)


def same_after_loading(model, batch, folder):
    """A step after a state was saved, and again after it was loaded, gives equal states."""
    save_state(folder, model, Progress())
    states = []
    for _ in range(2):
        load_state(folder, model)
        model.train_on_batch(*batch)
        states.append([np.asarray(variable) for variable in state_variables(model)])
    for first, again in zip(*states, strict=True):
        np.testing.assert_array_equal(first, again)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Recipe.model_validate_json(sys.argv[2]))
