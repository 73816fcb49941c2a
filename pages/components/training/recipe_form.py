"""The form of a run's settings. What is allowed is for the recipe to say, not for the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.components import session
from pages.components.plain_text import plain
from pages.components.training.recipe_fields import ALL_FIELDS, GROUPS, Field
from seg_core.errors import RecipeError
from seg_core.network.settings import count_multiplications, count_parameters
from seg_core.training.recipe import Recipe

PAPER_PARAMETERS = 4_722_449
"""Of the paper's U-Net."""

LESS_IS_BETTER = ("loss", "bce")
"""Watched figures that fall as a network learns."""

COLUMNS = 4
"""Fields in a row."""


def resolved(base: Recipe) -> tuple[Recipe | None, RecipeError | None]:
    """The recipe with what the form holds now, or what is wrong with it."""
    draft = current_draft(base)
    augmented = draft.pop("augmentation")
    inside = {name: draft.pop(name) for name in list(draft) if name.startswith("augmentation.")}
    changes = {name.removeprefix("augmentation."): value for name, value in inside.items()}
    try:
        return base.changed(draft | {"augmentation": changes if augmented else None}), None
    except RecipeError as error:
        return None, error


def current_draft(base: Recipe) -> dict[str, Any]:
    """Each field's value: what its widget holds, else the draft, else the recipe's own.

    Also `augmentation`: whether there is any. Kept in the session while the form is away.
    """
    draft = st.session_state.setdefault(session.DRAFT, {})
    for name, default in defaults(base).items():
        draft[name] = st.session_state.get(key_of(name), draft.get(name, default))
    return {name: draft[name] for name in defaults(base)}


def defaults(base: Recipe) -> dict[str, Any]:
    """The recipe's value of each field in the form."""
    values = base.model_dump(mode="json")
    chosen = {"augmentation": values["augmentation"] is not None}
    values["augmentation"] = values["augmentation"] or {}
    plain = Recipe().model_dump(mode="json")
    return chosen | {f.name: reach(values, f.name, reach(plain, f.name)) for f in ALL_FIELDS}


def reach(values: Mapping[str, Any], dotted: str, default: Any = None) -> Any:
    """The value at a dotted name."""
    place: Any = values
    for name in dotted.split("."):
        if not isinstance(place, Mapping) or name not in place:
            return default
        place = place[name]
    return place


def key_of(name: str) -> str:
    """The session's key for a field's widget."""
    return session.RECIPE_FIELD + name


def set_draft(recipe: Recipe) -> None:
    """Fill the form with another run's settings. Only from a callback, before widgets are drawn."""
    st.session_state[session.DRAFT] = defaults(recipe)
    for name in st.session_state[session.DRAFT]:
        st.session_state.pop(key_of(name), None)


def draw_recipe(base: Recipe, error: RecipeError | None) -> None:
    """All groups of fields, what differs from the recipe marked, the error beneath its field."""
    start = defaults(base)
    for title, fields in GROUPS.items():
        with st.container(border=True):
            st.markdown(f"**{title}**")
            if title == "Augmentation" and not draw_switch():
                st.caption("Slices are taken as they are.")
                continue
            draw_fields(fields, start, error)
            if title == "Network":
                draw_network_size(base)
            if title == "Early stopping":
                draw_direction(current_draft(base))


def draw_direction(draft: Mapping[str, Any]) -> None:
    """A word of warning where the worst epoch would be taken for the best."""
    monitor, mode = draft["early_stopping.monitor"], draft["early_stopping.mode"]
    usual = "min" if monitor in LESS_IS_BETTER else "max"
    if mode != usual:
        st.warning(f"For {monitor}, better is usually {usual}.", icon=":material/warning:")


def draw_switch() -> bool:
    """Whether slices are changed at random at all."""
    key = key_of("augmentation")
    if key not in st.session_state:
        st.session_state[key] = st.session_state[session.DRAFT]["augmentation"]
    return st.toggle("Change slices and their masks at random, moved as one", key=key)


def draw_fields(
    fields: Sequence[Field],
    start: Mapping[str, Any],
    error: RecipeError | None,
    columns: int = COLUMNS,
) -> None:
    """Fields in rows of `columns`; the one that the error names has it beneath."""
    for begin in range(0, len(fields), columns):
        row = st.columns(columns)
        for column, field in zip(row, fields[begin : begin + columns], strict=False):
            with column:
                draw_field(field, start[field.name])
                if error is not None and error.field == field.name:
                    st.error(plain(str(error)))


def draw_field(field: Field, default: Any) -> None:
    key = key_of(field.name)
    draft = st.session_state[session.DRAFT]
    if key not in st.session_state:
        st.session_state[key] = draft.get(field.name, default)
    changed = st.session_state[key] != default
    label = f":blue[{field.label}] :small[was {default}]" if changed else field.label
    if field.kind == "choice":
        st.selectbox(label, field.options, key=key, help=field.help)
        return
    whole = field.kind == "integer"
    if st.session_state[key] is not None:
        st.session_state[key] = (int if whole else float)(st.session_state[key])
    st.number_input(
        label,
        key=key,
        value="min" if not field.empty else None,
        min_value=None,
        step=int(field.step) if whole else float(field.step),
        format="%d" if whole else "%.1e" if field.kind == "small" else "%g",
        placeholder=field.empty or None,
        help=field.help,
    )


def draw_network_size(base: Recipe) -> None:
    """Parameters and multiplications of the network as set, beside the paper's."""
    recipe, _ = resolved(base)
    if recipe is None:
        st.caption("Parameters: –")
        return
    parameters = count_parameters(recipe.network)
    same = " (the paper's)" if parameters == PAPER_PARAMETERS else ""
    st.caption(
        f"{parameters:,} parameters{same} · "
        f"{count_multiplications(recipe.network) / 1e6:,.1f} million multiplications a slice"
    )
