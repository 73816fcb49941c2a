"""An evaluation's charts as Plotly dictionaries. It computes no figure and draws nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pages.components.charts import BLUE, GREY, ORANGE
from pages.components.counted import counted
from seg_core.evaluation.froc import Froc
from seg_core.evaluation.measure import MeasuredPatient
from seg_core.evaluation.reliability import Reliability
from seg_core.evaluation.slice_roc import SliceRoc

Figure = dict[str, Any]

HEIGHT = 380


def roc_figure(roc: SliceRoc) -> Figure:
    """Sensitivity over false flags, the reported specificities as points."""
    curve = {
        "type": "scatter",
        "mode": "lines",
        "name": "slices",
        "x": list(roc.false_positive_rate),
        "y": list(roc.sensitivity),
        "line": {"color": BLUE, "width": 2},
        "hovertemplate": "specificity %{customdata:.3f}<br>sensitivity %{y:.3f}<extra></extra>",
        "customdata": [1 - rate for rate in roc.false_positive_rate],
    }
    points = reported([1 - at.specificity for at in roc.at], [at.value for at in roc.at])
    return {
        "data": [diagonal(), curve, points],
        "layout": square_layout("1 − specificity", "sensitivity"),
    }


def froc_figure(froc: Froc) -> Figure:
    """Lesions found over false findings a patient, the reported rates as points."""
    curve = {
        "type": "scatter",
        "mode": "lines",
        "name": "findings",
        "x": list(froc.false_per_patient),
        "y": list(froc.sensitivity),
        "line": {"color": BLUE, "width": 2},
        "cliponaxis": False,
        "hovertemplate": "%{x:.2f} false findings a patient<br>"
        "lesions found %{y:.3f}<extra></extra>",
    }
    points = reported(
        [at.false_per_patient for at in froc.on_the_curve], [at.value for at in froc.on_the_curve]
    )
    layout = square_layout("false findings a patient", "lesions found")
    layout["xaxis"]["range"] = [0, max(1.0, froc.all_kept.false_per_patient)]
    return {"data": [curve, points], "layout": layout}


def reliability_figure(reliability: Reliability) -> Figure:
    """Share with tumour over mean confidence of each bin; marks grow with their slices."""
    bins = [one for one in reliability.bins if one.slices]
    most = max(one.slices for one in bins)
    trace = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "bins",
        "x": [one.confidence for one in bins],
        "y": [one.tumour for one in bins],
        "line": {"color": BLUE, "width": 2},
        "cliponaxis": False,
        "marker": {"size": [7 + 16 * (one.slices / most) ** 0.5 for one in bins]},
        "text": [counted(one.slices, "slice") for one in bins],
        "hovertemplate": "%{text}<br>confidence %{x:.3f}<br>with tumour %{y:.3f}<extra></extra>",
    }
    word = "confidence" if reliability.calibrated else "raw score"
    return {"data": [diagonal(), trace], "layout": square_layout(word, "share with tumour")}


def dice_figure(patients: Sequence[MeasuredPatient]) -> Figure:
    """A bar a patient, worst first; patients without a Dice have no bar."""
    order = sorted(patients, key=lambda p: -1 if p.dice is None else p.dice)
    trace = {
        "type": "bar",
        "x": [patient.patient for patient in order],
        "y": [patient.dice for patient in order],
        "marker": {"color": BLUE},
        "hovertemplate": "%{x}<br>Dice %{y:.3f}<extra></extra>",
    }
    layout = {
        "height": HEIGHT,
        "margin": {"l": 50, "r": 10, "t": 10, "b": 40},
        "xaxis": {
            "showticklabels": False,
            "title": {"text": f"{counted(len(order), 'patient')}, worst first"},
        },
        "yaxis": {"range": [0, 1], "title": {"text": "Dice of a patient"}},
        "bargap": 0.2,
    }
    return {"data": [trace], "layout": layout}


def reported(x: list[float], y: list[float]) -> Figure:
    """The points of a curve that a table beside it names."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "reported",
        "x": x,
        "y": y,
        "marker": {"color": ORANGE, "size": 9},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def diagonal() -> Figure:
    """The line of a coin, or of a confidence that is right."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [0, 1],
        "y": [0, 1],
        "line": {"color": GREY, "dash": "dot", "width": 1},
        "hoverinfo": "skip",
    }


def square_layout(x: str, y: str) -> Figure:
    return {
        "height": HEIGHT,
        "margin": {"l": 55, "r": 10, "t": 10, "b": 45},
        "xaxis": {"range": [-0.02, 1.02], "title": {"text": x}, "zeroline": False},
        "yaxis": {"range": [-0.02, 1.02], "title": {"text": y}, "zeroline": False},
        "showlegend": False,
    }
