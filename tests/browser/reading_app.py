"""Serves `reading_page` with the route for its bytes. It has no shelf and no other page."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.components.slice_viewer.route import byte_routes

app = st.App(Path(__file__).parent / "reading_page.py", routes=byte_routes())
