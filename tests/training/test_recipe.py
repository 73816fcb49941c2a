"""Recipes: named, changed from outside, and refused by the name of the field."""

import pytest

from seg_core.errors import RecipeError
from seg_core.training.recipe import parse_settings, recipe_named


def test_the_paper_recipe_is_the_papers_network_and_loss():
    paper = recipe_named("paper")

    assert (paper.loss, paper.network.size, paper.frame.name) == ("bce", 224, "resize")


def test_settings_reach_inside_by_dots():
    changed = recipe_named("paper").changed({"network.filters": 8, "epochs": 3})

    assert (changed.network.filters, changed.epochs) == (8, 3)


def test_command_line_settings_are_json_or_words():
    assert parse_settings(["epochs=3", "loss=bce+dice", "augmentation=null"]) == {
        "epochs": 3, "loss": "bce+dice", "augmentation": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"epochs": 0}, "epochs"),
        ({"epoch": 3}, "epoch"),
        ({"network.size": 100}, "network"),
        ({"network.depths": 3}, "network.depths"),
        ({"learning_rate": "quick"}, "learning_rate"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_field(settings, field):
    with pytest.raises(RecipeError) as refused:
        recipe_named("paper").changed(settings)

    assert refused.value.field == field


def test_an_assignment_without_a_value_is_refused():
    with pytest.raises(RecipeError, match="expected key=value"):
        parse_settings(["epochs"])


def test_an_unknown_recipe_is_refused_with_what_there_is():
    with pytest.raises(RecipeError, match="expected one of paper"):
        recipe_named("papre")


def test_the_learning_rate_warms_up_and_follows_its_schedule():
    constant = recipe_named("paper").changed({"warmup_steps": 4})
    cosine = recipe_named("paper").changed({"schedule": "cosine"})

    assert constant.learning_rate_at(0, 100) == pytest.approx(1e-3 / 4)
    assert constant.learning_rate_at(99, 100) == 1e-3
    assert cosine.learning_rate_at(50, 100) == pytest.approx(0.5e-3)
    assert cosine.learning_rate_at(100, 100) == pytest.approx(0, abs=1e-12)
