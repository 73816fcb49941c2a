"""The form of a split: only the fields that the chosen way to split needs. It makes no split."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from pages.components import session
from pages.components.training.recipe_fields import Field, fields_of
from pages.components.training.recipe_form import draw_fields, key_of
from seg_core.data.folds import SHIPPED, read_protocol
from seg_core.errors import RecipeError, SplitError
from seg_core.training.recipe import Recipe

SHOWN = {
    "patient": ("split.kind", "split.validation", "split.test", "split.seed"),
    "slice": ("split.kind", "split.validation", "split.test", "split.seed"),
    "folds": ("split.kind", "split.fold", "split.folds", "split.validation", "split.seed"),
}
"""Which settings count, by the way to split."""


def draw_split_form(base: Recipe, places: Sequence[Path], error: RecipeError | None) -> None:
    """The fields of the split; those that do not count keep their values unseen.

    places: folders in which protocols of folds may lie, none of them outside the data roots.
    """
    fields = {name: f for name, f in fields_of(base).items() if name.startswith("split.")}
    draft = st.session_state.get(session.DRAFT, {})
    kind_key = key_of("split.kind")
    kind = st.session_state.get(kind_key, draft.get("split.kind", fields["split.kind"].default))
    if kind == "folds":
        draw_protocol(fields["split.file"], places)
    draw_fields([fields[name] for name in SHOWN[kind]], error, columns=3 if kind == "folds" else 4)


def draw_protocol(field: Field, places: Sequence[Path]) -> None:
    """The choice of a protocol; its number of folds is taken over at once."""
    key = key_of(field.name)
    draft = st.session_state.setdefault(session.DRAFT, {})
    st.session_state.setdefault(key, draft.get(field.name, field.default))
    known = protocols(places)
    chosen = st.session_state[key]
    st.selectbox(
        field.words.label,
        [None, *known, *([chosen] if chosen not in (None, *known) else [])],
        key=key,
        format_func=lambda file: field.words.empty if file is None else Path(file).name,
        help=field.words.help,
        on_change=take_number_of_folds,
        args=(key,),
    )


def protocols(places: Sequence[Path]) -> list[str]:
    """Names of shipped protocols, and paths of those that lie in one of the folders."""
    shipped = sorted(path.stem for path in SHIPPED.glob("*.json"))
    files = [str(file) for place in dict.fromkeys(places) for file in sorted(place.glob("*.json"))]
    return [*shipped, *(file for file in files if number_of_folds(file) is not None)]


def number_of_folds(file: str) -> int | None:
    """Of a protocol; None for a file that is none."""
    try:
        return read_protocol(file).folds
    except (SplitError, OSError):
        return None


def take_number_of_folds(key: str) -> None:
    file = st.session_state[key]
    folds = number_of_folds(file) if file else None
    if folds is not None:
        st.session_state[key_of("split.folds")] = folds
