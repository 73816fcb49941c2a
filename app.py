"""The application: pages/main.py, the routes for a study's bytes and plotly.js, a browser's cookie.

`streamlit run app.py` starts it. The entry script is not this file but pages/main.py:
beside an entry script Streamlit looks for a `pages/` folder by itself, and the first
address asked of a fresh server would run a page without its navigation.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from pages.components.browser_cookie import BrowserCookie
from pages.components.early_start import EarlyScripts, early_imports
from pages.components.first_theme import FirstTheme
from pages.components.live_curves.plotly_js import plotly_route
from pages.components.slice_viewer.route import byte_routes

app = st.App(
    Path(__file__).resolve().parent / "pages" / "main.py",
    routes=[*byte_routes(), plotly_route()],
    middleware=[Middleware(BrowserCookie), Middleware(EarlyScripts), Middleware(FirstTheme)],
    lifespan=early_imports,
)
