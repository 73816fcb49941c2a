"""The row of sections beneath a page's head: only the chosen one is worked out. It draws none."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st


def choose_section(sections: Sequence[str], key: str, label: str = "Section") -> str:
    """The section chosen, the first one at the beginning; `key` names it in the session state."""
    if st.session_state.get(key) not in sections:
        # Not only at the beginning: where a part of the page is drawn again before a slow browser
        # has put the row in place, the browser answers that nothing is chosen.
        st.session_state[key] = sections[0]
    return st.segmented_control(
        label, sections, key=key, label_visibility="collapsed", required=True
    )
