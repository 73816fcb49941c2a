"""The form of a run's settings. What is allowed is for the recipe to say, not for the form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.components import session
from pages.components.plain_text import plain
from pages.components.training.kept_choice import box_of, keep
from pages.components.training.recipe_fields import Field, fields_of, grouped, settings_of
from seg_core.errors import RecipeError
from seg_core.network.settings import count_multiplications, count_parameters
from seg_core.training.recipe import RECIPES, Recipe, better_of, recipe_named

PAPER_PARAMETERS = 4_722_449
"""Of the paper's U-Net."""

COLUMNS = 4
"""Fields in a row."""


def choose_recipe() -> Recipe:
    """The named recipe that the fields start from; another one fills them all anew."""
    wanted = st.session_state.setdefault(session.RECIPE, next(iter(RECIPES)))
    name = st.selectbox(
        "Recipe",
        list(RECIPES),
        key=box_of(session.RECIPE, wanted),
        help="Fields in blue differ from the recipe.",
        on_change=_take_recipe,
    )
    return recipe_named(name)


def _take_recipe() -> None:
    keep(session.RECIPE)
    forget_draft()


def resolved(base: Recipe) -> tuple[Recipe | None, RecipeError | None]:
    """The recipe with what the form holds now, or what is wrong with it."""
    fields = fields_of(base)
    try:
        return base.changed(settings_of(current_draft(fields), fields)), None
    except RecipeError as error:
        return None, error


def current_draft(fields: dict[str, Field]) -> dict[str, Any]:
    """Each field's value: what its widget holds, else the draft, else the recipe's own.

    Kept in the session while the form is away.
    """
    draft = st.session_state.setdefault(session.DRAFT, {})
    for name, field in fields.items():
        draft[name] = st.session_state.get(key_of(name), draft.get(name, field.default))
    return {name: draft[name] for name in fields}


def key_of(name: str) -> str:
    """The session's key for a field's widget."""
    return session.RECIPE_FIELD + name


def forget_draft() -> None:
    """Let every field begin anew with what the recipe says."""
    st.session_state.pop(session.DRAFT, None)
    for key in list(st.session_state):
        if str(key).startswith(session.RECIPE_FIELD):
            del st.session_state[key]


def set_draft(recipe: Recipe) -> None:
    """Fill the form with another run's settings. Only from a callback, before widgets are drawn.

    Raises RecipeError when they cannot be told as changes of a recipe that is still there.
    """
    base = recipe_named(recipe.name)
    draft = {name: field.default for name, field in fields_of(recipe).items()}
    fields = fields_of(base)
    if draft.keys() != fields.keys() or base.changed(settings_of(draft, fields)) != recipe:
        raise RecipeError(
            "recipe", f"{recipe.name!r} has other settings now, so this run cannot be copied"
        )
    forget_draft()
    st.session_state[session.RECIPE] = recipe.name
    st.session_state[session.DRAFT] = draft


def draw_recipe(base: Recipe, error: RecipeError | None) -> None:
    """All groups of fields, what differs from the recipe marked, the error beneath its field."""
    fields = fields_of(base)
    draft = current_draft(fields)
    for title, held in grouped(fields).items():
        with st.container(border=True):
            st.markdown(f"**{title}**")
            draw_group(held, draft, error)
            if title == "Network":
                draw_network_size(base)
            if title == "Early stopping":
                draw_direction(draft)


def draw_group(held: Sequence[Field], draft: dict[str, Any], error: RecipeError | None) -> None:
    """A group's fields; those of a part that is switched off are not shown."""
    parts = [field for field in held if field.part]
    for part in parts:
        draw_field(part)
        if not st.session_state[key_of(part.name)]:
            st.caption("Slices are taken as they are." if part.name == "augmentation" else "Off.")
    off = [part.name for part in parts if not st.session_state[key_of(part.name)]]
    shown = [f for f in held if not f.part and not any(f.name.startswith(f"{o}.") for o in off)]
    draw_fields([field for field in shown if field.kind != "kept"], error)
    kept = [f"{field.words.label} {draft[field.name]}" for field in shown if field.kind == "kept"]
    if kept:
        st.caption(plain(f"As the recipe has it: {', '.join(kept)}"))


def draw_direction(draft: dict[str, Any]) -> None:
    """A word of warning, beside the fields, where the worst epoch would be taken for the best."""
    monitor, mode = draft["early_stopping.monitor"], draft["early_stopping.mode"]
    usual = better_of(monitor)
    if mode != usual:
        st.warning(f"For {monitor}, better is usually {usual}.", icon=":material/warning:")


def draw_fields(fields: Sequence[Field], error: RecipeError | None, columns: int = COLUMNS) -> None:
    """Fields in rows of `columns`; the one that the error names has it beneath."""
    for begin in range(0, len(fields), columns):
        row = st.columns(columns)
        for column, field in zip(row, fields[begin : begin + columns], strict=False):
            with column:
                draw_field(field)
                if error is not None and error.field == field.name:
                    st.error(plain(str(error)))


def draw_field(field: Field) -> None:
    """One widget; a value that is not the recipe's is marked, with the recipe's beside it."""
    key, words = key_of(field.name), field.words
    draft = st.session_state.setdefault(session.DRAFT, {})
    if key not in st.session_state:
        st.session_state[key] = draft.get(field.name, field.default)
    label, value = words.label, st.session_state[key]
    if value != field.default and not (value == "" and field.default is None):
        label = f":blue[{label}] :small[was {_said(field.default)}]"
    if field.kind == "choice":
        st.selectbox(label, field.options, key=key, help=words.help)
    elif field.kind == "switch":
        st.toggle(label, key=key, help=words.help or None)
    elif field.kind in ("text", "list"):
        st.text_input(label, key=key, help=words.help, placeholder=words.empty or None)
    else:
        draw_number(field, label)


def _said(value: object) -> str:
    return "empty" if value is None else plain(str(value))


def draw_number(field: Field, label: str) -> None:
    key, words, whole = key_of(field.name), field.words, field.kind == "integer"
    number = int if whole else float
    if st.session_state[key] is not None and not isinstance(st.session_state[key], number):
        # Only then: what is assigned replaces what somebody is typing in this moment.
        st.session_state[key] = number(st.session_state[key])
    step = words.step or (1 if whole else 0.05)
    st.number_input(
        label,
        key=key,
        value="min" if not words.empty else None,
        min_value=None,
        step=int(step) if whole else float(step),
        format="%d" if whole else "%g",
        placeholder=words.empty or None,
        help=words.help,
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
