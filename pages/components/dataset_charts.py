"""Plotly figures of a data set and its split, as plain dictionaries. It reads no file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pages.components.charts import PART_COLOURS, Figure
from pages.components.counted import counted


def tumour_chart(
    tumour_px: Mapping[str, int], part_of: Mapping[str, str], *, height: int = 260
) -> Figure:
    """Tumour pixels by patient, largest first, coloured by the part of the split."""
    order = sorted(tumour_px, key=lambda patient: -tumour_px[patient])
    traces = [
        {
            "type": "bar",
            "name": part,
            "x": [p for p in order if part_of.get(p, "train") == part],
            "y": [tumour_px[p] for p in order if part_of.get(p, "train") == part],
            "marker": {"color": colour},
            "hovertemplate": "%{x}<br>%{y:,} tumour pixels<extra>" + part + "</extra>",
        }
        for part, colour in PART_COLOURS.items()
    ]
    layout = {
        "height": height,
        "margin": {"l": 60, "r": 10, "t": 24, "b": 20},
        "xaxis": {
            "categoryorder": "array",
            "categoryarray": order,
            "showticklabels": len(order) <= 12,
            "title": {"text": f"{counted(len(order), 'patient')}, largest tumour first"},
        },
        "yaxis": {"title": {"text": "tumour pixels"}},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        "bargap": 0.15,
    }
    return {"data": traces, "layout": layout}


def split_chart(counts: Mapping[str, Sequence[int]]) -> Figure:
    """One bar cut into the parts of the split: part -> (patients, slices, positive slices)."""
    rows = ("patients", "slices", "slices with tumour")
    totals = [max(sum(count[i] for count in counts.values()), 1) for i in range(len(rows))]
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "name": part,
            "y": list(rows),
            "x": [100 * count[i] / totals[i] for i in range(len(rows))],
            "text": [f"{count[i]:,}" for i in range(len(rows))],
            "textposition": "inside",
            "insidetextanchor": "middle",
            "insidetextfont": {"color": "#10141a"},
            "marker": {"color": PART_COLOURS[part]},
            "hovertemplate": "%{y}: %{text} (%{x:.1f} %)<extra>" + part + "</extra>",
        }
        for part, count in counts.items()
    ]
    layout = {
        "barmode": "stack",
        "height": 170,
        "margin": {"l": 120, "r": 10, "t": 28, "b": 8},
        "xaxis": {"visible": False, "range": [0, 100]},
        "yaxis": {"autorange": "reversed"},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
        "bargap": 0.25,
    }
    return {"data": traces, "layout": layout}
