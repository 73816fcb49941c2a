"""The form's fields, derived from whatever settings a recipe has."""

from __future__ import annotations

from typing import Literal

import pytest
from pydantic import BaseModel

from pages.components.training.recipe_fields import Field, fields_of, grouped, settings_of, told_of
from seg_core.errors import RecipeError
from seg_core.training.recipe import RECIPES, Recipe


class Averaging(BaseModel):
    """decay, start: of the mean; from which step on. mode: of a kind nobody knows yet."""

    decay: float = 0.999
    start: int = 5
    mode: dict[str, int] = {}


class LaterRecipe(Recipe):
    """A recipe with settings that the form was never told of."""

    frozen_encoder: bool = False
    widths: tuple[int, ...] = (8, 16)
    schedule_of_draws: Literal["even", "rare"] = "even"
    note: str | None = None
    mean: Averaging | None = None


LATER = LaterRecipe()


def drafted(fields: dict[str, Field]) -> dict[str, object]:
    return {name: field.default for name, field in fields.items()}


@pytest.mark.parametrize("name", RECIPES)
def test_the_fields_of_a_recipe_left_alone_give_the_recipe_again(name: str):
    recipe = RECIPES[name]
    fields = fields_of(recipe)

    assert recipe.changed(settings_of(drafted(fields), fields)) == recipe


def test_settings_that_the_form_was_not_told_of_have_fields_of_their_kind():
    fields = fields_of(LATER)
    kinds = {name: fields[name].kind for name in fields if name not in fields_of(Recipe())}

    assert kinds == {
        "frozen_encoder": "switch",
        "widths": "list",
        "schedule_of_draws": "choice",
        "note": "text",
        "mean": "switch",
        "mean.decay": "number",
        "mean.start": "integer",
        "mean.mode": "kept",
    }
    assert fields["mean.start"].words.label == "Start"
    assert fields["mean.start"].words.help == "Of the mean; from which step on."
    assert {f.name for f in grouped(fields)["Further"]} >= kinds.keys()


def test_a_part_that_is_switched_off_is_none_and_switched_on_is_whole():
    fields = fields_of(LATER)
    draft = drafted(fields)

    assert settings_of(draft, fields)["mean"] is None
    on = settings_of(draft | {"mean": True, "mean.start": 7}, fields)
    assert on["mean"] == {"decay": 0.999, "start": 7, "mode": {}}
    assert Averaging.model_validate(on["mean"]) == Averaging(start=7)


def test_a_list_is_written_with_commas_and_an_empty_text_is_none():
    fields = fields_of(LATER)
    settings = settings_of(drafted(fields) | {"widths": "4, 8,16", "note": ""}, fields)

    assert (settings["widths"], settings["note"]) == ([4, 8, 16], None)
    with pytest.raises(RecipeError, match="widths: expected numbers with commas, received 'many'"):
        settings_of(drafted(fields) | {"widths": "many"}, fields)


def test_help_is_taken_from_the_docstring():
    assert told_of(Averaging)["mode"] == "Of a kind nobody knows yet."
