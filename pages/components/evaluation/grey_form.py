"""The form that measures a run or a model on images by class. A job measures."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.components import session
from pages.components.evaluation.start import measurable_subjects, name_of
from pages.components.evaluation.under_way import submit
from pages.components.training.data_choice import title
from pages.components.workspace import Workspace
from seg_core.evaluation.grey_files import find_grey_sets
from seg_core.evaluation.grey_finished import (
    grey_command,
    grey_folder_for_model,
    grey_folder_for_run,
)
from seg_core.jobs import LocalLauncher
from seg_core.training.run_folder import RunFolder

LOOK_AGAIN_SECONDS = 10
"""How long a new set below the data roots may stay unseen."""


def draw_grey_form(workspace: Workspace, launcher: LocalLauncher) -> None:
    """What to measure, on which images, and the button that starts it."""
    settings = workspace.settings
    subjects = measurable_subjects(workspace)
    found = sets_below(settings.data_roots)
    if not subjects:
        st.info("There is nothing to evaluate: no released model, and no run with a whole epoch.")
        return
    if not found:
        st.info(
            "No set of images by class was found. Name folders in SECOND_READER_DATA before the "
            "start of the app: such a set has a folder a class (glioma, meningioma, notumor, "
            "pituitary) with images and no masks, perhaps within `Training` and `Testing`."
        )
        return
    subject = subjects[st.selectbox("Run or model", subjects, key=session.GREY_SUBJECT)]
    data = st.multiselect(
        "Images by class",
        found,
        default=found[:1],
        key=session.GREY_DATA,
        format_func=lambda path: title(path, settings.data_roots),
        placeholder="choose at least one",
    )
    place = grey_folder_for_run if isinstance(subject, RunFolder) else grey_folder_for_model
    of = subject.id if isinstance(subject, RunFolder) else subject
    if st.button(
        "Measure",
        type="primary",
        icon=":material/play_arrow:",
        disabled=not data,
        on_click=submit,
        args=(
            launcher,
            grey_command(name_of(subject), data, place(settings, of, data)),
            f"{name_of(subject)} on images by class",
        ),
    ):
        st.toast("The evaluation goes on by itself, also when this page is closed.")


@st.cache_data(ttl=LOOK_AGAIN_SECONDS, show_spinner=False)
def sets_below(roots: tuple[Path, ...]) -> list[Path]:
    """Looked for now and then only: the form is drawn anew at each move of a slider."""
    return find_grey_sets(roots)
