"""Every slice's confidence as one strip of bars. It draws nothing itself and flags nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

from pages.components.confidence_figure import confidence_figure
from pages.components.thumbnails import MODEL_COLOUR, TRUTH_COLOUR

ABOVE = "rgb({}, {}, {})".format(*MODEL_COLOUR)
BELOW = "#5a6675"
TRUTH = "rgb({}, {}, {})".format(*TRUTH_COLOUR)
FOOT = 0.03
"""Bars begin this far below 0, so that a slice of confidence 0 can be seen and clicked."""


def confidence_strip(
    confidence: np.ndarray, threshold: float, holds_tumour: np.ndarray | None = None
) -> dict[str, Any]:
    """A Plotly figure of one bar a slice, numbered from 1.

    confidence: float32 (n,), 0 to 1. holds_tumour: bool (n,), marked beneath; None marks nothing.
    """
    numbers = list(range(1, len(confidence) + 1))
    above = confidence >= np.float32(threshold)
    bars = {
        "type": "bar",
        "x": numbers,
        "y": (confidence + FOOT).tolist(),
        "base": -FOOT,
        "marker": {"color": [ABOVE if over else BELOW for over in above]},
        "customdata": [confidence_figure(value) for value in confidence],
        "hovertemplate": "slice %{x}<br>%{customdata}<extra></extra>",
    }
    data = [bars]
    if holds_tumour is not None:
        held = [n for n, tumour in zip(numbers, holds_tumour, strict=True) if tumour]
        marker = {"symbol": "square", "size": 7, "color": TRUTH}
        data.append(
            {"type": "scatter", "mode": "markers", "x": held, "y": [-0.11] * len(held)}
            | {"marker": marker, "hovertemplate": "slice %{x}: truth<extra></extra>"}
        )
    return {"data": data, "layout": _layout(len(confidence), threshold)}


def _layout(slices: int, threshold: float) -> dict[str, Any]:
    line = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": threshold, "y1": threshold}
    return {
        "height": 180,
        "margin": {"l": 36, "r": 8, "t": 6, "b": 30},
        "bargap": 0.18,
        "showlegend": False,
        "dragmode": False,
        "shapes": [line | {"line": {"color": "#9aa6b2", "width": 1, "dash": "dot"}}],
        "xaxis": {"range": [0.4, slices + 0.6], "fixedrange": True, "tickformat": "d"},
        "yaxis": {"range": [-0.16, 1.03], "fixedrange": True, "tickvals": [0, 0.5, 1]},
    }
