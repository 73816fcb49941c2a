"""The row of sections beneath a page's head: only the chosen one is worked out. It draws none."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st


def choose_section(sections: Sequence[str], key: str, label: str = "Section") -> str:
    """The section chosen, the first one at the beginning; `key` names it in the session state."""
    if key in st.session_state and st.session_state[key] not in sections:
        st.session_state[key] = sections[0]
    return st.segmented_control(
        label,
        sections,
        # In each run: where a part of the page is drawn again before a slow browser has put the
        # row in place, only the newest description of it arrives there.
        default=sections[0],
        key=key,
        label_visibility="collapsed",
        required=True,
    )
