"""A Plotly chart that stands still; those that move are drawn by `live_curves`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import streamlit as st


def still_chart(figure: Any, **options: Any) -> Any:
    """`st.plotly_chart` of a figure or its dictionary, safe while another session loads pandas.

    Plotly takes pandas from `sys.modules` as soon as it stands there, half loaded or not, and
    then fails with "partially initialized module". An import waits until it is whole.
    """
    import_module("pandas")
    return st.plotly_chart(figure, **options)
