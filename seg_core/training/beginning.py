"""A run that begins with another run's best network instead of fresh weights.

It lets nobody through who was trained on there and would be judged here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from seg_core.data.split import Split
from seg_core.errors import RunError
from seg_core.training.recipe import Recipe
from seg_core.training.run_folder import RunFolder
from seg_core.training.state import state_folder

FIELD = "begun"
"""Of a run's provenance: its `Beginning`s, the first run first."""


class Beginning(BaseModel):
    """A run whose network another one began with.

    sha256: of the arrays of its best state. seen: patients and images that it trained on or
    looked at while training; `trained`: those of them that it trained on.
    """

    model_config = ConfigDict(frozen=True)

    run: str
    sha256: str
    recipe: Recipe
    seen: tuple[str, ...]
    trained: tuple[str, ...]


def begun_with(run: RunFolder) -> tuple[Beginning, ...]:
    """The runs behind a run, the first one first; none for a run that began by itself."""
    return tuple(Beginning.model_validate(one) for one in run.provenance().get(FIELD, ()))


def beginnings(run: RunFolder, recipe: Recipe, split: Split) -> tuple[Beginning, ...]:
    """What a new run of `recipe` on `split` that begins with `run` has behind it.

    Raises RunError where `run` has no finished epoch or another network, and where it, or a run
    behind it, has trained on a patient who is in the new run's validation or test part, or has
    looked at one of the test part: figures there would be flattered.
    """
    folder = state_folder(run.best)
    if folder is None:
        raise RunError(f"{run.id}: expected a finished epoch to begin with, found none.")
    _check_network(run, recipe)
    theirs = run.split()
    here = Beginning(
        run=run.id,
        sha256=hashlib.sha256((folder / "arrays.npz").read_bytes()).hexdigest(),
        recipe=run.recipe(),
        seen=_patients(theirs, "train", "validation"),
        trained=_patients(theirs, "train"),
    )
    found = (*begun_with(run), here)
    judged = set(_patients(split, "test"))
    chosen = set(_patients(split, "validation"))
    for one in found:
        leaking = sorted((judged & set(one.seen)) | (chosen & set(one.trained)))
        if leaking:
            raise RunError(
                f"{one.run}: expected a run that left out the patients of the validation and "
                f"test parts, found {len(leaking)} of them in its training, {leaking[0]} among "
                "them. Begin with a run of the same split."
            )
    return found


def best_weights(model: Any, run: RunFolder) -> None:
    """Put the run's best weights, averaged where it averages, into a network of the same shape."""
    from seg_core.training.judge import best_network

    model.set_weights(best_network(run).get_weights())


def _check_network(run: RunFolder, recipe: Recipe) -> None:
    theirs, ours = (
        one.network.model_dump(mode="json", exclude={"size"}) for one in (run.recipe(), recipe)
    )
    if theirs != ours:
        differing = sorted(key for key in theirs | ours if theirs.get(key) != ours.get(key))
        raise RunError(
            f"{run.id}: expected the network of recipe {recipe.name!r} to begin with, of any size, "
            f"found another {', '.join(differing)}."
        )


def _patients(split: Split, *parts: str) -> tuple[str, ...]:
    members: Sequence[str] = [member for part in parts for member in split.members(part)]
    return tuple(sorted({member.split("/")[0] for member in members}))
