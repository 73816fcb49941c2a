"""Charts that move without being redrawn: one browser component around plotly.js.

`st.plotly_chart` is remounted at every update and loses its zoom; here `Plotly.react` puts new
points into the same chart. It holds no figures of its own: `charts.py` makes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import streamlit as st

from pages.components.charts import Chart
from pages.components.live_curves.plotly_js import plotly_address

_HERE = Path(__file__).parent

_component = st.components.v2.component(
    "second_reader_live_curves",
    html='<div class="sr-curves">\n</div>',
    css=(_HERE / "live_curves.css").read_text(encoding="utf-8"),
    js=(_HERE / "live_curves.js").read_text(encoding="utf-8"),
    isolate_styles=False,  # plotly.js puts its own style into the document, not a shadow root
)


def live_curves(
    charts: Sequence[Chart],
    *,
    revision: str,
    key: str,
    switches: Mapping[str, str] | None = None,
) -> None:
    """Show charts in a grid, linked in their x axis; zoom stays while `revision` stays.

    revision: what the charts are of, such as the run's id; another one resets the zoom.
    switches: names of curves that can be hidden in all charts, each with its colour.
    """
    data = {
        "script": plotly_address(),
        "revision": revision,
        "switches": dict(switches or {}),
        "charts": [asdict(chart) for chart in charts],
    }
    _component(data=data, key=key, width="stretch", height="content")
