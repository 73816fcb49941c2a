"""Choices of the new run's form that outlive the form: Streamlit forgets what is not drawn."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.components import session


def box_of(key: str, value: Any) -> str:
    """The key of the widget that shows the choice kept under `key`, which holds `value` now."""
    st.session_state[key + session.BOX] = value
    return key + session.BOX


def keep(key: str) -> None:
    """Take over what the widget holds; the widget's `on_change`, with `args=(key,)`."""
    st.session_state[key] = st.session_state[key + session.BOX]
