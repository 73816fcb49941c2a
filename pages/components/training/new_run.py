"""The form of a new run: data and split on the left, the recipe on the right, then the start."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.components import session
from pages.components.counted import counted
from pages.components.desk import note_patients
from pages.components.plain_text import plain
from pages.components.sections import choose_section
from pages.components.training.beginning_choice import choose_beginning
from pages.components.training.data_choice import (
    choose_datasets,
    draw_report,
    draw_split,
    indexed,
    part_counts,
    split_of,
)
from pages.components.training.data_pictures import (
    draw_augmented,
    draw_institutions,
    draw_samples,
)
from pages.components.training.device_choice import choose_device
from pages.components.training.images_choice import choose_negatives, choose_positives
from pages.components.training.plan import Plan
from pages.components.training.recipe_form import choose_recipe, draw_recipe, resolved
from pages.components.training.speed import draw_speed
from pages.components.training.split_form import draw_split_form
from pages.components.workspace import Workspace
from seg_core.data.index import DatasetIndex
from seg_core.data.split import Split
from seg_core.errors import RecipeError, SecondReaderError
from seg_core.jobs import LocalLauncher, Resources
from seg_core.training.beginning import check_beginning
from seg_core.training.launch import differences, train_command
from seg_core.training.recipe import Recipe, check_monitor
from seg_core.training.run_folder import new_run_id

DATA_SECTIONS = ("Split", "Sample slices", "Augmented", "By institution")


def draw_new_run(workspace: Workspace, launcher: LocalLauncher) -> None:
    """The whole form; nothing is started before Start is pressed."""
    top = st.container(border=True)
    data_column, recipe_column = st.columns([5, 6], gap="medium")
    with recipe_column:
        base = choose_recipe()
        recipe, error = resolved(base)
        draw_recipe(base, error)
    with data_column:
        chosen = choose_datasets(workspace)
        indexes = indexed(chosen)
        draw_split_form(base, [*chosen, *workspace.settings.data_roots], error)
        negatives = choose_negatives(workspace.settings.data_roots)
        positives = choose_positives(workspace.settings.data_roots, recipe)
        split = split_of(indexes, recipe.split) if recipe and indexes else None
        begin_with = choose_beginning(workspace.settings.runs, recipe, split)
        startable = recipe
        if recipe is not None and split is not None:
            startable, error = possible(recipe, begin_with)
        if indexes:
            draw_report(indexes, workspace.settings.data_roots)
            draw_pictures(indexes, split, recipe)
    with top:
        ready = split is not None and len(indexes) == len(chosen)
        counts = part_counts(indexes, split) if split else {}
        slices = {part: count[1] for part, count in counts.items()}
        ready_recipe = startable if ready else None
        plan = Plan(chosen, base, ready_recipe, slices, negatives, positives, begin_with)
        draw_start(workspace, launcher, plan)
        if error is not None:
            st.error(plain(str(error)), icon=":material/error:")


def possible(recipe: Recipe, begin_with: str | None) -> tuple[Recipe | None, RecipeError | None]:
    """The recipe, or why it cannot start from what was chosen."""
    try:
        check_beginning(recipe, begin_with)
        check_monitor(recipe)
    except RecipeError as error:
        return None, error
    return recipe, None


def draw_pictures(
    indexes: Sequence[DatasetIndex], split: Split | None, recipe: Recipe | None
) -> None:
    """The split, or one of the data's pictures: only the chosen one is worked out."""
    note_patients((patient.name for index in indexes for patient in index.patients), "training")
    section = choose_section(DATA_SECTIONS, session.DATA_SECTION, "Show")
    if section == "Sample slices":
        draw_samples(indexes)
    elif section == "Augmented" and recipe is not None:
        draw_augmented(indexes, recipe)
    elif section == "By institution":
        draw_institutions(indexes)
    elif section == "Split" and split is not None:
        draw_split(indexes, split)


def draw_start(workspace: Workspace, launcher: LocalLauncher, plan: Plan) -> None:
    """Device, what the run comes to, how fast it was measured to be, and the button."""
    left, middle, right = st.columns([3, 4, 1.4], vertical_alignment="center")
    with left:
        device = choose_device()
    before = len(launcher.waiting(device)) + len(launcher.busy(device)) if device else 0
    middle.caption(summary(plan, before))
    right.button(
        "Start training",
        type="primary",
        icon=":material/play_arrow:",
        disabled=plan.recipe is None or device is None,
        on_click=start,
        args=(launcher, plan, device),
        width="stretch",
    )
    if device is not None and plan.recipe is not None:
        draw_speed(workspace.settings, launcher, plan, device)


def summary(plan: Plan, before: int) -> str:
    """What the run comes to, and what it would wait for."""
    if plan.recipe is None:
        return "Choose data that can be split, and settings that the recipe allows."
    parts = [
        counted(plan.slices["train"], "training slice"),
        f"{counted(plan.steps, 'step')} an epoch",
        f"at most {counted(plan.steps * plan.recipe.epochs, 'step')} "
        f"in {counted(plan.recipe.epochs, 'epoch')}",
    ]
    changed = differences(plan.recipe, plan.base)
    parts.append(
        f"{counted(len(changed), 'setting')} changed" if changed else "the recipe as it is"
    )
    if before:
        parts.append(f"waits for {before} before it on this device")
    return " · ".join(parts)


def start(launcher: LocalLauncher, plan: Plan, device: str) -> None:
    """Put the run into the queue and show it."""
    assert plan.recipe is not None  # the button is off without one
    run_id = new_run_id(plan.recipe.name)
    changed = differences(plan.recipe, plan.base)
    command = train_command(
        plan.data,
        plan.base.name,
        changed,
        run_id,
        negatives=plan.negatives,
        positives=plan.positives,
        begin_with=plan.begin_with,
    )
    try:
        launcher.submit(command, Resources(device=device, label=run_id, takes_lock=True))
    except SecondReaderError as error:
        st.toast(plain(str(error)), icon=":material/error:")
        return
    st.session_state[session.RUN] = run_id
    st.session_state[session.TRAINING_VIEW] = "Runs"
    st.toast(f"{run_id} is in the queue.", icon=":material/play_arrow:")
