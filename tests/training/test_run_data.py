"""Patients as training and judging take them into memory."""

import pytest

from seg_core.training.recipe import recipe_named
from seg_core.training.run_data import load_patients


@pytest.mark.parametrize(("recipe", "others"), [("second-reader-flair", 2), ("second-reader", 0)])
def test_other_channels_are_made_ready_for_training_alone_and_where_they_are_shown(
    phantoms, recipe, others
):
    found = recipe_named(recipe)

    assert {len(one.others) for one in load_patients([phantoms], found, to_train=True)} == {others}
    assert {len(one.others) for one in load_patients([phantoms], found)} == {0}
