"""Which grey images without tumour the next run also trains on. It opens no image."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import streamlit as st

from pages.components import session
from pages.components.training.data_choice import say_gone, title
from pages.components.training.kept_choice import box_of, keep
from seg_core.evaluation.grey_files import PARTS, expects_tumour, find_grey_sets


def choose_negatives(roots: Sequence[Path]) -> list[Path]:
    """Draw the choice, where there is any; the folders chosen."""
    found = [folder for images in find_grey_sets(roots) for folder in without_tumour(images)]
    wanted = st.session_state.get(session.NEGATIVES, [])
    say_gone(path for path in wanted if path not in found)
    if not found:
        return []
    st.session_state[session.NEGATIVES] = kept = [path for path in wanted if path in found]
    return st.multiselect(
        "Images without tumour",
        found,
        key=box_of(session.NEGATIVES, kept),
        on_change=keep,
        args=(session.NEGATIVES,),
        format_func=lambda path: title(path, roots),
        placeholder="none",
        help="Trained on beside the patients, all of them with an empty truth. As many parts as "
        "there are folds; one is left out, so that it can be measured on.",
    )


def without_tumour(images: Path) -> Iterator[Path]:
    """Folders of a set of images by class whose class shows no tumour, by its name."""
    for folder in folders(images):
        if folder.name.lower() in PARTS:
            yield from (inner for inner in folders(folder) if not expects_tumour(inner.name))
        elif not expects_tumour(folder.name):
            yield folder


def folders(parent: Path) -> list[Path]:
    """Folders in a folder, without hidden ones, by name."""
    with os.scandir(parent) as entries:
        return sorted(Path(e.path) for e in entries if e.is_dir() and e.name[0] not in "._")
