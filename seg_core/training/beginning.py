"""A run that begins with another run's best network instead of fresh weights.

Both have one split, so that nobody who is judged here was trained on there. The network that is
kept may lie between the two (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models").
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from seg_core.data.doubtful import doubtful_images
from seg_core.data.split import Split
from seg_core.errors import RecipeError, RunError, SecondReaderError
from seg_core.study import FLAIR, LGG_CHANNELS
from seg_core.training.loose_images import read_loose
from seg_core.training.recipe import Recipe
from seg_core.training.run_folder import RunFolder
from seg_core.training.state import state_folder

FIELD = "begun"
"""Of a run's provenance: its `Beginning`s, the first run first."""


class Beginning(BaseModel):
    """A run whose network another one began with. sha256: of the arrays of its best state."""

    model_config = ConfigDict(frozen=True)

    run: str
    sha256: str
    recipe: Recipe


def begun_with(run: RunFolder) -> tuple[Beginning, ...]:
    """The runs behind a run, the first one first; none for a run that began by itself."""
    return tuple(Beginning.model_validate(one) for one in run.provenance().get(FIELD, ()))


def beginnings(
    run: RunFolder, recipe: Recipe, split: Split, images: Collection[str] = ()
) -> tuple[Beginning, ...]:
    """What a new run of `recipe` on `split` that begins with `run` has behind it.

    images: names of those that the new run trains on beside its patients.
    Raises RunError where `run` is under way or has no finished epoch, another network or another
    split, and where it trained on images that the new run leaves out: figures there would be
    flattered.
    """
    folder = state_folder(run.best)
    if folder is None:
        raise RunError(f"{run.id}: expected a finished epoch to begin with, found none.")
    if run.status().under_way:
        raise RunError(
            f"{run.id}: expected a run that has ended, found it under way. Stop it, or wait."
        )
    differing = _differing(run, recipe)
    if differing:
        raise RunError(
            f"{run.id}: expected the network of recipe {recipe.name!r} to begin with, of any size, "
            f"found another {', '.join(differing)}."
        )
    if run.split().fingerprint != split.fingerprint:
        raise RunError(
            f"{run.id}: expected a run of the same split to begin with, found another one. Its "
            "network would be judged on patients that it was trained on. Train one on this split."
        )
    trained = {
        name
        for name, digest in read_loose(run).trained.items()
        if digest not in doubtful_images()  # no run is to train on these any more
    }
    unknown = sorted(trained - set(images))
    if unknown:
        raise RunError(
            f"{run.id}: expected the grey images that it trained on among those of the "
            f"new run, {len(unknown)} are not, {unknown[0]} among them. Name the same folders."
        )
    digest = hashlib.sha256((folder / "arrays.npz").read_bytes()).hexdigest()
    return (*begun_with(run), Beginning(run=run.id, sha256=digest, recipe=run.recipe()))


def check_beginning(recipe: Recipe, begin_with: str | None) -> None:
    """Raises RecipeError where the recipe keeps a share of a run that nobody named."""
    if recipe.begun_share and begin_with is None:
        raise RecipeError(
            "begun_share",
            f"{recipe.begun_share:g} of the network that the run begins with is kept, but it "
            "begins with none. Choose a run to begin with, or set it to 0.",
        )


def begin(model: Any, weights: Sequence[np.ndarray], run: RunFolder) -> None:
    """Put another run's weights into the network, and keep them beside the run's states.

    weights: of a network of FLAIR alone too, where this one has three channels: it then begins as
    that one, and sees nothing of the others yet.
    """
    weights = [
        _widened(theirs, ours.shape)
        for theirs, ours in zip(weights, model.get_weights(), strict=True)
    ]
    model.set_weights(weights)
    path = weights_file(run)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **{f"{i:04d}": w for i, w in enumerate(weights)})


def _widened(weights: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """A first convolution (rows, columns, 1, filters) over all channels, FLAIR's as it was."""
    if weights.shape == shape:
        return weights
    wide = np.zeros(shape, weights.dtype)
    wide[:, :, FLAIR] = weights[:, :, 0]
    return wide


def mix_in(model: Any, run: RunFolder) -> None:
    """Move a run's best weights towards those that it began with, by its recipe's share."""
    share = run.recipe().begun_share
    if not share:
        return
    with np.load(weights_file(run), allow_pickle=False) as arrays:
        begun = [arrays[name] for name in sorted(arrays.files)]
    model.set_weights(
        [share * a + (1 - share) * b for a, b in zip(begun, model.get_weights(), strict=True)]
    )


def weights_file(run: RunFolder) -> Path:
    """Where the weights lie that a run began with, in the network's order."""
    return run.path / "state" / "begun.npz"


def possible_beginnings(runs: Iterable[RunFolder], recipe: Recipe, split: Split) -> list[RunFolder]:
    """Those of the runs that a new run of `recipe` on `split` may begin with, in their order.

    Images without tumour are not looked at: `beginnings` does.
    """
    return [run for run in runs if _may_begin(run, recipe, split)]


def _may_begin(run: RunFolder, recipe: Recipe, split: Split) -> bool:
    try:
        return (
            state_folder(run.best) is not None
            and not run.status().under_way
            and not _differing(run, recipe)
            and run.split().fingerprint == split.fingerprint
        )
    except (SecondReaderError, ValueError):  # a damaged run is no choice
        return False


def _differing(run: RunFolder, recipe: Recipe) -> list[str]:
    """Settings in which the networks differ but their size: they are the same at every size.

    Three channels may begin with FLAIR alone.
    """
    theirs, ours = (
        one.network.model_dump(mode="json", exclude={"size"}) for one in (run.recipe(), recipe)
    )
    if (theirs["channels"], ours["channels"]) == (1, len(LGG_CHANNELS)):
        theirs["channels"] = ours["channels"]
    return sorted(key for key in theirs | ours if theirs.get(key) != ours.get(key))
