"""The page list and what frames every page. It shows no study and reads no file."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from seg_core.notice import NOTICE

PAGES = Path(__file__).resolve().parent
LOOPBACK = ("127.0.0.1", "localhost", "::1")

# While a page is run again Streamlit lets what was there fade: not the notice, not the slices.
# Its tables offer a CSV of their own: without the notice, without a hash, not in the record.
STYLE = """
<style>
  .stMainBlockContainer { padding: 3.9rem 1.5rem 1rem; max-width: none; }
  .stMainBlockContainer .stElementContainer:has(.research-notice) { position: absolute; }
  .research-notice { position: fixed; top: 1.15rem; right: 11rem; z-index: 999991;
    font-size: 0.85rem; pointer-events: none;
    color: color-mix(in srgb, currentColor 35%, #d98200); }
  .stElementContainer[data-stale="true"]:has(.research-notice, [data-testid^="stBidiComponent"]) {
    opacity: 1 !important; }
  [data-testid="stElementToolbarButton"]:has([aria-label="Download as CSV"]) { display: none; }
  @media (max-width: 900px) {
    .research-notice { top: auto; bottom: 0.3rem; right: 1rem; }
    .stMainBlockContainer { padding-bottom: 2.4rem; } }
</style>
"""
ICON = (  # two outlines over each other: the model's and the reviewer's
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke-width="3">'
    '<circle cx="12" cy="16" r="9" stroke="#ff9d2e"/>'
    '<circle cx="20" cy="16" r="9" stroke="#5cc0f5" stroke-dasharray="5 3"/></svg>'
)

# Before the navigation: its icons would be fetched from another host for the browser's tab.
st.set_page_config(page_icon=ICON, layout="wide")
page = st.navigation(
    [
        st.Page(PAGES / "home.py", title="Home", icon=":material/home:", default=True),
        st.Page(PAGES / "worklist.py", title="Worklist", icon=":material/list_alt:"),
        st.Page(PAGES / "viewer.py", title="Viewer", icon=":material/visibility:"),
        st.Page(PAGES / "triage.py", title="Triage", icon=":material/checklist:"),
        st.Page(PAGES / "training.py", title="Training", icon=":material/show_chart:"),
        st.Page(PAGES / "evaluation.py", title="Evaluation", icon=":material/assessment:"),
        st.Page(PAGES / "models.py", title="Models", icon=":material/hub:"),
    ],
    position="top",
)
st.set_page_config(f"{page.title} - Second Reader")
st.html(f'{STYLE}<div class="research-notice" role="note">{NOTICE}</div>')
if (st.get_option("server.address") or "0.0.0.0") not in LOOPBACK:
    st.warning(
        "This app is open to the network and asks for no login: whoever reaches it sees every "
        "study. Set server.address to 127.0.0.1, or put a login in front."
    )
page.run()
