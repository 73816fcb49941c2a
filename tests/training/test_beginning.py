"""A run that begins with another run's network."""

import io
import json
import zipfile

import numpy as np
import pytest

from seg_core.data.doubtful import doubtful_images
from seg_core.errors import RecipeError, RunError
from seg_core.settings import Settings
from seg_core.training.beginning import begin, beginnings, begun_with, possible_beginnings
from seg_core.training.build import build_model
from seg_core.training.checkpoint import checkpoint_zip
from seg_core.training.judge import best_network
from seg_core.training.made_how import behind, compared, made_how
from seg_core.training.release import release
from seg_core.training.run_folder import RunFolder
from seg_core.training.worker import train


@pytest.fixture(scope="module")
def first(phantoms, small, tmp_path_factory):
    """A finished run of one epoch with averaged weights, and its settings."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    recipe = small.changed({"epochs": 1, "averaging": 0.9})
    return train([phantoms], recipe, settings, "first"), settings


@pytest.fixture(scope="module")
def second(phantoms, first):
    """A run that began with it at twice the size, its rate too small to change a weight."""
    run, settings = first
    recipe = run.recipe().changed({"network.size": 64, "learning_rate": 1e-12})
    return train([phantoms], recipe, settings, "second", begin_with=run)


@pytest.fixture(scope="module")
def mixed(phantoms, first):
    """A run that went on from it and keeps a quarter of it."""
    run, settings = first
    recipe = run.recipe().changed({"learning_rate": 0.01, "begun_share": 0.25})
    return train([phantoms], recipe, settings, "mixed", begin_with=run)


def trained_weights(run):
    return [np.asarray(one) for one in best_network(run).trainable_variables]


def test_it_begins_with_the_averaged_best_weights_at_any_size(first, second):
    theirs, ours = trained_weights(first[0]), trained_weights(second)

    for a, b in zip(theirs, ours, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_what_is_behind_it_is_written_down_and_makes_it_another_recipe(first, second):
    (stored,) = begun_with(second)

    assert (stored.run, stored.recipe) == ("first", first[0].recipe())
    assert [one["network"]["size"] for one in behind(second)] == [32]
    assert made_how(second) == compared(second.recipe()) | {"begun": behind(second)}
    assert made_how(first[0]) == compared(first[0].recipe())


def test_the_kept_network_may_lie_between_both(first, mixed):
    def weights(run):
        return best_network(run).get_weights()

    kept, recipe = weights(mixed), mixed.recipe().model_dump_json()
    (mixed.path / "recipe.json").write_text(
        mixed.recipe().changed({"begun_share": 0.0}).model_dump_json()
    )
    own = weights(mixed)
    (mixed.path / "recipe.json").write_text(recipe)

    for begun, trained, found in zip(weights(first[0]), own, kept, strict=True):
        np.testing.assert_allclose(found, 0.25 * begun + 0.75 * trained, atol=1e-6)
    assert any(abs(a - b).max() > 1e-3 for a, b in zip(kept, own, strict=True))


def test_its_checkpoint_takes_along_what_it_began_with(mixed):
    names = zipfile.ZipFile(io.BytesIO(checkpoint_zip(mixed, mixed.last))).namelist()

    assert "begun.npz" in names


def test_a_share_of_no_beginning_is_refused(phantoms, first):
    run, settings = first

    with pytest.raises(RecipeError, match="Choose a run to begin with"):
        train([phantoms], run.recipe().changed({"begun_share": 0.5}), settings, "alone")


def test_its_card_says_so(second, phantoms, tmp_path):
    model = release(second, "finer", tmp_path / "models", data=[phantoms])

    assert [one.run for one in model.card.training.begun] == ["first"]
    assert (
        "It went on from the best network of run `first`" in (model.folder / "card.md").read_text()
    )


def test_a_run_of_another_split_is_refused(phantoms, first):
    run, settings = first
    other = run.recipe().changed({"split.seed": 1})

    with pytest.raises(RunError, match="expected a run of the same split"):
        train([phantoms], other, settings, "leaks", begin_with=run)
    assert possible_beginnings([run], other, run.split()) == [run]


def test_another_network_is_refused_and_no_choice(phantoms, first):
    run, settings = first
    other = run.recipe().changed({"network.filters": 2})
    fewer = run.recipe().changed({"network.channels": 1})

    assert possible_beginnings([run], fewer, run.split()) == []
    with pytest.raises(RunError, match="found another filters"):
        train([phantoms], other, settings, "other", begin_with=run)
    assert possible_beginnings([run], other, run.split()) == []


def test_three_channels_begin_with_flair_alone_and_see_what_it_saw(phantoms, small, tmp_path):
    settings = Settings(home=tmp_path)
    alone = {"network.channels": 1, "frame.name": "brain"}
    recipe = small.changed({"epochs": 1, "averaging": 0.9, **alone})
    run = train([phantoms], recipe, settings, "flair")
    wide = recipe.changed({"network.channels": 3})
    model = build_model(wide, None)

    begin(model, best_network(run).get_weights(), RunFolder(tmp_path / "wide"))

    batch = np.random.default_rng(0).normal(size=(2, 32, 32, 3)).astype(np.float32)
    seen, before = (
        model.predict_on_batch(batch),
        best_network(run).predict_on_batch(batch[..., 1:2]),
    )
    np.testing.assert_allclose(seen, before, atol=1e-5)
    assert possible_beginnings([run], wide, run.split()) == [run]


def test_images_that_it_trained_on_must_not_be_left_out(phantoms, first, monkeypatch):
    run, settings = first
    negatives = run.path / "negatives.json"
    before = negatives.read_text()
    negatives.write_text(json.dumps({"trained": {"notumor/1.jpg": "0"}, "left_out": {}}))
    try:
        with pytest.raises(RunError, match=r"notumor/1\.jpg among them"):
            train([phantoms], run.recipe(), settings, "less", begin_with=run)
        monkeypatch.setitem(doubtful_images(), "0", "a mass")
        beginnings(run, run.recipe(), run.split(), [])  # nobody trains on such any more
    finally:
        negatives.write_text(before)
