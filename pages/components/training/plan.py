"""What Start would start: data, recipe, and how many slices. It draws and starts nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from seg_core.training.recipe import Recipe


@dataclass(frozen=True)
class Plan:
    """recipe: None while something in the form is missing or wrong. slices: by part.

    negatives, positives: folders of images without tumour, and with one that nobody outlined,
    trained on beside the patients of `data`.
    begin_with: the run whose best network it begins with; None for fresh weights.
    """

    data: list[Path]
    base: Recipe
    recipe: Recipe | None
    slices: Mapping[str, int]
    negatives: Sequence[Path] = ()
    positives: Sequence[Path] = ()
    begin_with: str | None = None

    @property
    def steps(self) -> int:
        """Steps an epoch."""
        if self.recipe is None:
            return 0
        every = -(-self.slices["train"] // self.recipe.batch_size)
        return min(self.recipe.steps_per_epoch or every, every)

    @property
    def slices_an_epoch(self) -> int:
        """Slices that an epoch trains on."""
        if self.recipe is None:
            return 0
        return min(self.steps * self.recipe.batch_size, self.slices["train"])
