"""The folder of a cross-validation: how its networks were made and read, beside the figures.

It judges nothing.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from seg_core.errors import SplitError
from seg_core.evaluation.report import OUT_OF_FOLD
from seg_core.evaluation.stored import FIGURES
from seg_core.evaluation.written_names import FIGURES_ALONE
from seg_core.models.card import AsRead
from seg_core.training.made_how import behind, made_how
from seg_core.training.recipe import Recipe
from seg_core.training.run_folder import RunFolder
from seg_core.whole_files import write_whole

PART, RECIPE, AS_READ = OUT_OF_FOLD, "recipe.json", "as_read.json"
BEGUN = "begun.json"
"""Recipes of the runs that those of RECIPE began with, split and seed left out."""
BESIDE = "beside.json"
"""`made_how` of the networks that read together with those of RECIPE."""

GREY_FOLDER, INT8 = "grey", "int8"
WRITTEN = FIGURES_ALONE | {RECIPE, BEGUN, BESIDE, AS_READ, GREY_FOLDER, INT8}
"""Every name that `crossvalidate` gives."""

SOURCE = f"evaluation/{PART}"


def write_how(folder: Path, run: RunFolder, beside: RunFolder | None, as_read: AsRead) -> None:
    """What the functions below read, of one fold's run and the one beside it; all are alike.

    What an earlier cross-validation left in the folder goes first: a release would take its costs
    and its grey images for these networks'.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FIGURES).unlink(missing_ok=True)  # its being there says that the rest belongs to it
    for earlier in (GREY_FOLDER, INT8):
        shutil.rmtree(folder / earlier, ignore_errors=True)
    together = [] if beside is None else [made_how(beside)]
    write_whole(folder / RECIPE, run.recipe().model_dump_json(indent=1))
    write_whole(folder / BEGUN, json.dumps(behind(run)))
    write_whole(folder / BESIDE, json.dumps(together))
    write_whole(folder / AS_READ, as_read.model_dump_json(indent=1))


def read_recipe(folder: Path) -> Recipe:
    """The recipe of a folder that `cross_validate` wrote. Raises SplitError without one."""
    try:
        return Recipe.model_validate_json((folder / RECIPE).read_text())
    except (OSError, ValueError) as error:
        raise SplitError(
            f"{folder}: expected what `crossvalidate` writes, {RECIPE} among it, found {error}."
        ) from error


def read_begun(folder: Path) -> list[dict[str, Any]]:
    """What is `behind` the runs that were judged in `folder`."""
    return _read_list(folder / BEGUN)


def read_beside(folder: Path) -> list[dict[str, Any]]:
    """`made_how` of the runs whose networks read together with `read_recipe`'s."""
    return _read_list(folder / BESIDE)


def _read_list(path: Path) -> list[dict[str, Any]]:
    """[] where the folder is of before such a file was written."""
    return list(json.loads(path.read_text())) if path.is_file() else []


def read_as_read(folder: Path) -> AsRead | None:
    """How the folds' networks read; None for a folder of before that was written down."""
    try:
        return AsRead.model_validate_json((folder / AS_READ).read_text())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise SplitError(
            f"{folder / AS_READ}: expected what `crossvalidate` writes, found {error}."
        ) from error
