"""Which run's network the next run begins with. It opens no network."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.components import session
from pages.components.plain_text import plain
from pages.components.training.kept_choice import box_of, keep
from seg_core.data.split import Split
from seg_core.training.beginning import possible_beginnings
from seg_core.training.recipe import Recipe
from seg_core.training.run_folder import list_runs

FRESH = "fresh weights"


def choose_beginning(runs: Path, recipe: Recipe | None, split: Split | None) -> str | None:
    """Draw the choice, where there is any; the chosen run's name.

    The choice is kept while the form is away, or cannot offer it.
    """
    if recipe is None or split is None:
        return None
    wanted = st.session_state.get(session.BEGINNING, "")
    found = [run.id for run in possible_beginnings(list_runs(runs), recipe, split)]
    if wanted and wanted not in found:
        st.caption(
            f"{plain(wanted)} cannot be begun with: it is gone or under way, or its split or "
            "network is another."
        )
    if not found:
        return None
    chosen = st.selectbox(
        "Begin with",
        ["", *found],
        key=box_of(session.BEGINNING, wanted if wanted in found else ""),
        format_func=lambda run: run or FRESH,
        on_change=keep,
        args=(session.BEGINNING,),
        help="The best network of a run of this split and network, of any size: nobody who is "
        "judged here was trained on there. Its images without tumour have to be chosen too.",
    )
    return chosen or None
