"""Which model reads a study, and its reading: kept from before, or made now with its progress.

It shows no slice. A reading that cannot be made leaves a plain sentence on the page.
"""

from __future__ import annotations

import streamlit as st

from pages.components import session
from pages.components.plain_text import plain
from pages.components.workspace import Workspace
from seg_core.errors import SecondReaderError
from seg_core.models import ReleasedModel
from seg_core.study import Reading

NO_MODEL = (
    "No model is installed, so nothing can read this study. Train a network on the Training page, "
    "then type `python -m seg_core release RUN --name NAME`."
)


def choose_model(
    workspace: Workspace,
    reading: Reading | None = None,
    *,
    disabled: bool = False,
    width: int = 260,
) -> str | None:
    """`name/version` as the reviewer chose it; None leaves it to routing.

    reading: the one shown, which says whom routing chose.
    """
    labels = [model.label for model in workspace.models()]
    if st.session_state.get(session.MODEL) not in labels:
        st.session_state[session.MODEL] = session.AUTOMATIC  # also of a model that went away
    routed = reading if session.chosen_model() is None else None
    by = f": {routed.model_name}/{routed.model_version}" if routed else ""
    automatic = f"Automatic{by}" if labels else "No model installed"
    st.selectbox(
        "Model",
        [session.AUTOMATIC, *labels],
        format_func=lambda label: automatic if label == session.AUTOMATIC else label,
        disabled=disabled or not labels,
        label_visibility="collapsed",
        key=session.MODEL,
        width=width,
        help="A model chosen here reads for you alone. Who chooses none sees the reading of the "
        "model that the study's channels ask for.",
    )
    return session.chosen_model()


def reading_of(workspace: Workspace, study_id: str, wanted: str | None) -> Reading | None:
    """The study's reading by the wanted model, made now where there is none; else None."""
    name, _, version = (wanted or "").partition("/")
    reading = workspace.reading(study_id, name or None, version or None)
    if reading is not None:
        return reading
    if not workspace.models():
        st.warning(NO_MODEL)
        return None
    failed = session.why_reading_failed(study_id, wanted)
    if failed:
        st.error(plain(failed))
        st.button("Try again", on_click=session.forget_failed_reading)
        return None
    return _read(workspace, study_id, wanted)


def _read(workspace: Workspace, study_id: str, wanted: str | None) -> Reading | None:
    bar = st.progress(0.0, "Loading the model")
    try:
        return workspace.read_study(
            study_id,
            wanted,
            progress=lambda done, of: bar.progress(done / of, f"Reading slice {done} of {of}"),
        )
    except SecondReaderError as error:
        session.reading_failed(study_id, wanted, str(error))
        st.rerun()
    finally:
        bar.empty()


def model_that_read(workspace: Workspace, reading: Reading) -> ReleasedModel | None:
    """The model that read, or None when it is no longer installed."""
    label = f"{reading.model_name}/{reading.model_version}"
    return next((model for model in workspace.models() if model.label == label), None)


def read_by(reading: Reading) -> str:
    """Who read, in a line."""
    engine = reading.engine
    return (
        f"Read by {reading.model_name}/{reading.model_version}, "
        f"{engine.name} {engine.precision} on {engine.device}"
    )
