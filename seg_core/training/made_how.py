"""How a network was made, for networks that are to be made alike. It reads runs and judges none."""

from __future__ import annotations

from typing import Any

from seg_core.training.beginning import begun_with
from seg_core.training.recipe import Recipe
from seg_core.training.run_folder import RunFolder


def compared(recipe: Recipe) -> dict[str, Any]:
    """What must be alike in networks that are judged as one: all but the split and the seed."""
    return recipe.model_dump(mode="json", exclude={"split", "seed"})


def behind(run: RunFolder) -> list[dict[str, Any]]:
    """`compared` of the recipes whose networks the run began with, the first one first."""
    return [compared(one.recipe) for one in begun_with(run)]


def made_how(run: RunFolder) -> dict[str, Any]:
    """`compared` of a run's recipe, and what is `behind` it where there is anything."""
    earlier = behind(run)
    return compared(run.recipe()) | ({"begun": earlier} if earlier else {})
