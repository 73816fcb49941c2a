"""A page of nothing but the viewer while a read is made; `reading_app` serves it."""

from __future__ import annotations

import json

import streamlit as st

from pages.components.slice_viewer import ReadDraft, slice_viewer
from tests.browser.made_studies import make_reading, make_study

STUDY = make_study(seed=1)
READING = make_reading(STUDY, seed=2)
SEALED = "sealed_draft"
REFUSED = "refused_draft"


def page() -> None:
    """The address says the mode and who reads; a committed draft is written below the viewer."""
    asked = st.query_params
    sealed: ReadDraft | None = st.session_state.get(SEALED)
    revealed = sealed is not None and "reveal" in st.session_state
    mode = None if revealed else "concurrent" if asked.get("mode") == "concurrent" else "first"
    slice_viewer(
        "made",
        STUDY,
        READING,
        reviewer=asked.get("reader", "one"),
        reading_mode=mode,
        read_id=asked.get("reader", "one"),
        own_read=sealed if revealed else None,
        on_commit=lambda draft: st.session_state.update({SEALED: draft}),
        on_refuse=lambda reason: st.session_state.update({REFUSED: reason}),
    )
    if REFUSED in st.session_state:
        st.text(st.session_state.pop(REFUSED))
    if sealed is not None:
        st.code(json.dumps(sealed.told()), language=None)
        st.button("Reveal", key="reveal_now", on_click=_reveal)


def _reveal() -> None:
    st.session_state["reveal"] = True


page()
