"""Which grey images the next run also trains on. It opens no image."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import streamlit as st

from pages.components import session
from pages.components.training.data_choice import say_gone, title
from pages.components.training.kept_choice import box_of, keep
from seg_core.evaluation.grey_files import PARTS, expects_tumour, find_grey_sets
from seg_core.training.recipe import Recipe


def choose_negatives(roots: Sequence[Path]) -> list[Path]:
    """Draw the choice of those without tumour, where there is any; the folders chosen."""
    return _choose(
        session.NEGATIVES,
        "Images without tumour",
        "Trained on beside the patients, all of them with an empty truth.",
        classes(roots, with_tumour=False),
        roots,
    )


def choose_positives(roots: Sequence[Path], recipe: Recipe | None) -> list[Path]:
    """Draw the choice of those with a tumour that nobody outlined; the folders chosen.

    Nothing of it for a recipe that would learn nothing from them.
    """
    if recipe is None or not recipe.image_level:
        return []
    return _choose(
        session.POSITIVES,
        "Images with a tumour that nobody outlined",
        "Trained on beside the patients: told that there is a tumour, not where.",
        classes(roots, with_tumour=True),
        roots,
    )


def _choose(
    key: str, label: str, what: str, found: Sequence[Path], roots: Sequence[Path]
) -> list[Path]:
    wanted = st.session_state.get(key, [])
    say_gone(path for path in wanted if path not in found)
    if not found:
        return []
    st.session_state[key] = kept = [path for path in wanted if path in found]
    return st.multiselect(
        label,
        found,
        key=box_of(key, kept),
        on_change=keep,
        args=(key,),
        format_func=lambda path: title(path, roots),
        placeholder="none",
        help=f"{what} As many parts as there are folds; one is left out, so that it can be "
        "measured on.",
    )


def classes(roots: Sequence[Path], *, with_tumour: bool) -> list[Path]:
    """Folders of the sets of images by class whose class shows tumour, or none, by its name."""
    return [
        folder
        for images in find_grey_sets(roots)
        for folder in _folders_of_classes(images)
        if expects_tumour(folder.name) == with_tumour
    ]


def _folders_of_classes(images: Path) -> Iterator[Path]:
    for folder in folders(images):
        if folder.name.lower() in PARTS:
            yield from folders(folder)
        else:
            yield folder


def folders(parent: Path) -> list[Path]:
    """Folders in a folder, without hidden ones, by name."""
    with os.scandir(parent) as entries:
        return sorted(Path(e.path) for e in entries if e.is_dir() and e.name[0] not in "._")
