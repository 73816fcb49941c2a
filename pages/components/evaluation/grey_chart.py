"""Shares of images with a mask over the pixel threshold, as a Plotly dictionary. It counts none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pages.components.charts import BLUE, GREEN, GREY, ORANGE, PINK, SKY
from seg_core.evaluation.grey_charts import FIRST, LAST, TICKS, spread
from seg_core.evaluation.grey_figures import ClassShare
from seg_core.evaluation.grey_files import expects_tumour

Figure = dict[str, Any]

COLOURS = (BLUE, ORANGE, GREEN, SKY, "#b6a300", GREY)
"""Of classes with tumour, in their order; a class without is pink and dashed."""

HEIGHT = 340

ROOM = 0.15
"""Beside the curves, on the axis of logits, so that the outer thresholds are named."""


def shares_figure(found: Sequence[ClassShare], classes: Sequence[str], threshold: float) -> Figure:
    """A curve a class with its interval as a band, and an upright line at `threshold`."""
    traces: list[Figure] = []
    coloured = iter(COLOURS * (1 + len(classes) // len(COLOURS)))
    for name in classes:
        colour = next(coloured) if expects_tumour(name) else PINK
        points = [one for one in found if one.class_name == name and one.share.images]
        traces += _band(points, colour)
        traces.append(_curve(name, points, colour))
    return {"data": traces, "layout": _layout(threshold)}


def _curve(name: str, points: Sequence[ClassShare], colour: str) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [spread(one.threshold) for one in points],
        "y": [one.share.value for one in points],
        "customdata": [(one.threshold, one.share.count, one.share.images) for one in points],
        "line": {"color": colour, "width": 2, "dash": "solid" if expects_tumour(name) else "dash"},
        "hovertemplate": f"{name} at %{{customdata[0]}}: %{{y:.1%}}, %{{customdata[1]}} of "
        "%{customdata[2]}<extra></extra>",
    }


def _band(points: Sequence[ClassShare], colour: str) -> list[Figure]:
    """The upper edge, and the lower one filled up to it."""
    x = [spread(one.threshold) for one in points]
    edge = {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "line": {"width": 0},
        "showlegend": False,
        "hoverinfo": "skip",
    }
    filled = {"fill": "tonexty", "fillcolor": _faint(colour)}
    return [
        {**edge, "y": [one.share.high for one in points]},
        {**edge, "y": [one.share.low for one in points], **filled},
    ]


def _layout(threshold: float) -> Figure:
    return {
        "height": HEIGHT,
        "margin": {"l": 55, "r": 10, "t": 10, "b": 45},
        "xaxis": {
            "range": [FIRST - ROOM, LAST + ROOM],
            "tickvals": [spread(tick) for tick in TICKS],
            "ticktext": [f"{tick:g}" for tick in TICKS],
            "title": {"text": "pixel threshold, drawn by its logit"},
            "zeroline": False,
        },
        "yaxis": {
            "range": [0, 1.02],
            "tickformat": ".0%",
            "title": {"text": "images with a mask"},
        },
        "legend": {
            "x": 1,
            "y": 1,
            "xanchor": "right",
            "yanchor": "top",
            "traceorder": "normal",
        },
        "shapes": [
            {
                "type": "line",
                "x0": spread(threshold),
                "x1": spread(threshold),
                "y0": 0,
                "y1": 1,
                "line": {"color": GREY, "width": 1, "dash": "dot"},
            }
        ],
    }


def _faint(colour: str) -> str:
    """`#2f86d6` at a seventh of its strength."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.14)"
