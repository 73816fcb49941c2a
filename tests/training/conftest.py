"""A small data set and a small recipe that trains in seconds."""

import pytest

from seg_core.data.phantom import write_phantom
from seg_core.training.recipe import recipe_named


@pytest.fixture(scope="session")
def phantoms(tmp_path_factory):
    """Four phantom patients of six slices in the Kaggle layout."""
    folder = tmp_path_factory.mktemp("data")
    write_phantom(folder, patients=4, slices=6, seed=11)
    return folder


@pytest.fixture(scope="session")
def small():
    """The recipe `paper` on a network of a few thousand weights, three epochs of three steps."""
    return recipe_named("paper").changed(
        {
            "epochs": 3,
            "steps_per_epoch": 3,
            "batch_size": 4,
            "network.size": 32,
            "network.filters": 4,
            "network.depth": 2,
            "pictures": 1,
            "early_stopping.start_epoch": 1,
            "split.validation": 0.25,
            "split.test": 0.25,
        }
    )
