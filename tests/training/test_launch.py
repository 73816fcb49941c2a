"""The commands for a launcher, read back as the command line reads them."""

from __future__ import annotations

from pathlib import Path

from seg_core.training.launch import differences, is_training, resume_command, train_command
from seg_core.training.recipe import Recipe, parse_settings, recipe_named


def test_settings_survive_the_command_line():
    recipe = Recipe().changed(
        {"epochs": 3, "learning_rate": 5e-4, "network.filters": 8, "steps_per_epoch": 7}
    )
    changed = differences(recipe, recipe_named("paper"))

    command = train_command([Path("/a b"), Path("/c")], "paper", changed, "run-1")

    given = parse_settings(command[i + 1] for i, word in enumerate(command) if word == "--set")
    assert recipe_named("paper").changed(given) == recipe
    assert [command[i + 1] for i, word in enumerate(command) if word == "--data"] == ["/a b", "/c"]


def test_augmentation_can_be_turned_off_over_the_command_line():
    recipe = Recipe().changed({"augmentation": None})

    changed = differences(recipe, Recipe())

    assert changed == {"augmentation": None}
    assert Recipe().changed(changed) == recipe


def test_a_recipe_does_not_differ_from_itself():
    assert differences(Recipe(), Recipe()) == {}


def test_only_training_commands_are_taken_for_runs():
    assert is_training(train_command([], "paper", {}, "r"))
    assert is_training(resume_command("r", best=True))
    assert not is_training(["python", "-m", "seg_core", "segment"])
    assert not is_training([])
