"""Thresholds tuned in the browser: curves, sliders, figures, with no message while they move.

The counts are passed once. It counts nothing and saves nothing: it says which two thresholds
were chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from pages.components.threshold_tuning.describe import PIXELS, SLICES, Start, describe
from seg_core.evaluation.thresholds import THRESHOLDS
from seg_core.evaluation.tuning import Tuning

__all__ = ["Start", "threshold_tuning"]

HERE = Path(__file__).resolve().parent

SCRIPTS = ("chart.js", "tuning.js")
"""In this order they are one module: inline script cannot import its neighbours."""


def threshold_tuning(
    tuning: Tuning,
    start: Start,
    *,
    revision: str,
    button: str = "",
    on_choose: Callable[[float, float], None] | None = None,
    key: str = "threshold_tuning",
) -> None:
    """Show the costs of all thresholds. on_choose: called with (pixel, confidence) threshold.

    revision: what the counts are of; another one puts the sliders back. Without `button`, or
    where pixels were not counted, nothing can be chosen.
    """

    def choose() -> None:
        points = st.session_state[key]["choose"] or {}
        chosen = points.get(PIXELS), points.get(SLICES)
        if on_choose and all(one in THRESHOLDS for one in chosen):
            on_choose(*chosen)

    offered = button if tuning.pixels is not None else ""
    data = describe(tuning, start, revision, offered)
    _component()(key=key, data=data, on_choose_change=choose)


@cache
def _component() -> Callable[..., Any]:
    """Registered at the first mount, not at import."""
    return st.components.v2.component(
        "second_reader_threshold_tuning",
        html='<div class="tuning">\n</div>',
        css=(HERE / "tuning.css").read_text("utf-8"),
        js="\n".join((HERE / name).read_text("utf-8") for name in SCRIPTS),
    )
