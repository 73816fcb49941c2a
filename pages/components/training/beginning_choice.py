"""Which run's network the next run begins with. It opens no network."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.components import session
from seg_core.data.split import Split
from seg_core.training.beginning import possible_beginnings
from seg_core.training.recipe import Recipe
from seg_core.training.run_folder import list_runs

FRESH = "fresh weights"


def choose_beginning(runs: Path, recipe: Recipe | None, split: Split | None) -> str | None:
    """Draw the choice, where there is any; the chosen run's name."""
    if recipe is None or split is None:
        return None
    found = [run.id for run in possible_beginnings(list_runs(runs), recipe, split)]
    if not found:
        return None
    if st.session_state.get(session.BEGINNING) not in found:
        st.session_state[session.BEGINNING] = None
    return st.selectbox(
        "Begin with",
        [None, *found],
        key=session.BEGINNING,
        format_func=lambda run: run or FRESH,
        help="The best network of a run of this split and network, of any size: nobody who is "
        "judged here was trained on there.",
    )
