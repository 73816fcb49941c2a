"""Every slice's confidence as one strip of bars. It draws nothing itself and flags nothing."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from pages.components.confidence_figure import confidence_figure
from pages.components.thumbnails import MODEL_COLOUR, TRUTH_COLOUR

ABOVE = "rgb({}, {}, {})".format(*MODEL_COLOUR)
BELOW = "#5a6675"
RAW = "#a9b4c0"
"""At or above the threshold, but not calibrated: brighter than the others, and no alarm."""
TRUTH = "rgb({}, {}, {})".format(*TRUTH_COLOUR)
FEW = 12
"""Slices up to which each has its number below; else the axis would count in halves."""

FOOT = 0.03
"""Bars begin this far below 0, so that a slice of confidence 0 can be seen and clicked."""


def confidence_strip(
    confidence: np.ndarray,
    threshold: float,
    *,
    calibrated: bool,
    holds_tumour: np.ndarray | None = None,
) -> dict[str, Any]:
    """A Plotly figure of one bar a slice, numbered from 1.

    confidence: float32 (n,), 0 to 1. holds_tumour: bool (n,), marked beneath; None marks nothing.
    """
    numbers = list(range(1, len(confidence) + 1))
    above = confidence >= np.float32(threshold)
    striking = ABOVE if calibrated else RAW
    bars = {
        "type": "bar",
        "x": numbers,
        "y": (confidence + FOOT).tolist(),
        "base": -FOOT,
        "marker": {"color": [striking if over else BELOW for over in above]},
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


def confidence_spark(confidence: np.ndarray, threshold: float, *, calibrated: bool) -> str:
    """The same bars as a picture of one line's height, as `st.html` takes it."""
    striking = ABOVE if calibrated else RAW
    bars = [
        f'<rect x="{4 * i}" y="{18 - height:.1f}" width="3" height="{height:.1f}" '
        f'fill="{striking if value >= np.float32(threshold) else BELOW}"/>'
        for i, value in enumerate(confidence)
        for height in (1 + 17 * float(value),)
    ]
    width = 4 * max(len(confidence), 1)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 18" width="{width}" '
        f'height="18" preserveAspectRatio="none">{"".join(bars)}</svg>'
    )
    address = base64.b64encode(svg.encode()).decode()
    return (
        f'<img src="data:image/svg+xml;base64,{address}" alt="confidence of each slice" '
        f'style="display:block;height:1.15rem;width:min(100%, {width * 1.6:.0f}px)">'
    )


def _layout(slices: int, threshold: float) -> dict[str, Any]:
    line = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": threshold, "y1": threshold}
    return {
        "height": 180,
        "margin": {"l": 36, "r": 8, "t": 6, "b": 30},
        "bargap": 0.18,
        "showlegend": False,
        "dragmode": False,
        "shapes": [line | {"line": {"color": "#9aa6b2", "width": 1, "dash": "dot"}}],
        "xaxis": {"range": [0.4, slices + 0.6], "fixedrange": True, "tickformat": "d"}
        | ({"dtick": 1} if slices <= FEW else {}),
        "yaxis": {"range": [-0.16, 1.03], "fixedrange": True, "tickvals": [0, 0.5, 1]},
    }
