"""Leads to another page, and sees that it stays on screen. It decides nothing of where."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


def go_to(page: Path, **parameters: str) -> None:
    """End this run and show `page`, a page's file; parameters: what its address shall say.

    A part of the old page that runs every second may have asked for its next run before the
    browser knew of the new page. Streamlit would run it as one of the old page, after the new one,
    and the browser empty its screen. A run that is asked for a part that is gone never begins.
    """
    context = get_script_run_ctx()
    if context is not None:
        context.fragment_storage.clear()
    st.switch_page(str(page), query_params=parameters or None)
