"""The name and the note beside two chosen thresholds, and the new version they become."""

from __future__ import annotations

import streamlit as st

from pages.components import session
from pages.components.evaluation.tables import table
from pages.components.plain_text import plain
from pages.components.threshold_tuning.describe import EMPTY, MISSED
from seg_core.errors import SecondReaderError
from seg_core.evaluation.html_report import number, span
from seg_core.evaluation.operating_point import Choice, save_operating_point
from seg_core.evaluation.stored import StoredEvaluation
from seg_core.evaluation.tuning import Tuning, nearest
from seg_core.models.card import AUTHOR_LETTERS, NOTE_LETTERS, Rate
from seg_core.models.card_text import of_100
from seg_core.models.next_version import next_version
from seg_core.models.registry import ReleasedModel
from seg_core.settings import Settings


def ask_for_name(
    settings: Settings, model: ReleasedModel, stored: StoredEvaluation, found: Tuning
) -> None:
    """A dialog while a choice of this model waits; what it saves is shown by `draw_saved`."""
    waiting = st.session_state.get(session.OPERATING_POINT)
    if not waiting or waiting[0] != model.label:
        return
    title = f"{model.name}: version {next_version(settings, model.name)}"
    dialog = st.dialog(title, width="medium", on_dismiss=forget)(draw_dialog)
    dialog(settings, model, stored, found, *waiting[1:])


def forget() -> None:
    """Let the choice go."""
    st.session_state.pop(session.OPERATING_POINT, None)


def draw_dialog(
    settings: Settings,
    model: ReleasedModel,
    stored: StoredEvaluation,
    found: Tuning,
    pixel: float,
    confidence: float,
) -> None:
    """What the choice costs beside the thresholds that stand, then author and note."""
    st.markdown(
        f"The network of version {model.version} under a new card. The viewer, triage and "
        "`segment` start from it; no earlier version changes."
    )
    draw_costs(model, found, pixel, confidence)
    author = st.text_input(
        "Your name",
        st.session_state.get(session.OPERATING_POINT_AUTHOR, ""),
        max_chars=AUTHOR_LETTERS,
        help="Kept on the card as typed. This app has no accounts: the card says that nobody "
        "checked it.",
    )
    note = st.text_area(
        "Note", max_chars=NOTE_LETTERS, placeholder="Why these thresholds", height=90
    )
    if not st.button("Save", type="primary", icon=":material/save:"):
        return
    try:
        made = save_operating_point(
            settings, model, stored, Choice(pixel, confidence, author, note)
        )
    except SecondReaderError as error:
        st.error(plain(str(error)))
        return
    forget()
    st.session_state[session.OPERATING_POINT_AUTHOR] = author
    st.session_state[session.OPERATING_POINT_SAVED] = made.label
    st.rerun()


def draw_costs(model: ReleasedModel, found: Tuning, pixel: float, confidence: float) -> None:
    """The chosen thresholds and their costs, beside those of the version that stands."""
    before = nearest(model.card.pixel_threshold), nearest(model.card.confidence_threshold)
    chosen = nearest(pixel), nearest(confidence)
    rows = [("Pixel threshold", f"{model.card.pixel_threshold:g}", f"{pixel:g}")]
    if found.pixels is not None:
        rows += [
            (name, *(with_span(*curve.at(at[0])) for at in (before, chosen)))
            for name, curve in found.pixels.curves.items()
        ]
    rows.append(("Confidence threshold", f"{model.card.confidence_threshold:g}", f"{confidence:g}"))
    rates = {MISSED: found.slices.missed, EMPTY: found.slices.empty}
    rows += [
        (name, *(rate_words(*curve.at(at[1])) for at in (before, chosen)))
        for name, curve in rates.items()
    ]
    table(("", f"version {model.version}", "chosen"), rows)


def with_span(value: float | None, low: float | None, high: float | None) -> str:
    """`0.857 (0.763 to 0.902)`."""
    return number(value) if low is None else f"{number(value)} ({span(low, high)})"


def rate_words(value: float | None, low: float | None, high: float | None) -> str:
    """`3.2 of 100 (1.1 to 6.0)`, or a dash."""
    return of_100(None if value is None else Rate(value=value, low=low, high=high))


def draw_saved() -> None:
    """What the last choice became; its model is the one looked at now."""
    label = st.session_state.pop(session.OPERATING_POINT_SAVED, None)
    if label is None:
        return
    st.session_state[session.TUNED] = label
    st.success(
        f"Saved as {plain(label)}. The viewer, triage and `segment` start from it; the card "
        "says who chose it, when and what it costs.",
        icon=":material/check_circle:",
    )
