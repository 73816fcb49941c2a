"""Plotly figures that pages share, as plain dictionaries. It computes no metric and draws nothing.

A figure here is what Plotly calls one: {"data": [...], "layout": {...}}. `live_curves` shows
those that move; `st.plotly_chart` takes the same dictionaries for those that stand still.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seg_core.training.curves import METRICS, RunCurves, Series, thinned

Figure = dict[str, Any]

BLUE, ORANGE, GREEN, PINK, SKY, GREY = (
    "#2f86d6",
    "#e08a00",
    "#00936a",
    "#c2629b",
    "#4fb0e0",
    "#8a93a1",
)
"""Okabe and Ito's colours, evened out to be read on white and on black alike."""

PART_COLOURS = {"train": ORANGE, "validation": BLUE, "test": GREEN}

STEPS = "each step"
"""Name of the curve of single steps; the component smooths the curve of this name."""

TRAINING_SWITCHES = {"train": ORANGE, "validation": BLUE, STEPS: GREY}
"""Curves of a run that can be hidden in all its charts."""

RUN_COLOURS = (BLUE, ORANGE, GREEN, PINK, SKY, "#b6a300", GREY, "#d4574e")
"""Of runs that are compared, in order."""

RUN_DASHES = ("solid", "dash", "dot", "dashdot")
"""In turn with the colours, so that a curve that lies upon another one is seen."""

QUIET = {"displayModeBar": False}
"""Plotly's settings for a chart that stands still: no buttons over it."""

POINTS = 300
"""Points a curve: more than a small chart has pixels to show apart."""

TITLES = {
    "loss": "Loss",
    "precision": "Precision",
    "recall": "Recall",
    "f1": "F1",
    "soft_dice": "Soft Dice",
    "dice": "Dice of a tumour slice",
}
"""Over all pixels of a part; the last one is the mean over slices whose truth holds tumour."""

ALL_VALIDATION_COLOURS = {
    "precision": ORANGE,
    "recall": PINK,
    "f1": BLUE,
    "soft_dice": GREEN,
    "dice": SKY,
}


@dataclass(frozen=True)
class Chart:
    """One chart of a page: a stable name, a title, a line of figures beneath it, the figure."""

    name: str
    title: str
    note: str
    figure: Figure
    logarithmic: bool = False


def training_charts(curves: RunCurves, points: int = POINTS) -> list[Chart]:
    """A chart a metric, train against validation, one of all validation metrics, learning rate."""
    charts = [metric_chart(curves, metric, points) for metric in METRICS]
    return [*charts, validation_chart(curves, points), learning_rate_chart(curves, points)]


def metric_chart(curves: RunCurves, metric: str, points: int = POINTS) -> Chart:
    """One metric by epoch; the loss also step by step, thin behind the others."""
    traces = []
    if metric == "loss":
        traces.append(line(STEPS, curves.steps, GREY, points, width=1, opacity=0.55))
    for part in ("train", "validation"):
        series = curves.epochs.get((part, metric), Series())
        traces.append(line(part, series, PART_COLOURS[part], points))
    best = curves.value("validation", metric, curves.best_epoch)
    figure = {"data": traces, "layout": curve_layout(best_epoch=curves.best_epoch)}
    if metric != "loss":  # else Plotly draws a curve of zeros, or none, on an axis from -1
        figure["layout"]["yaxis"]["rangemode"] = "nonnegative"
    if best is not None:
        figure["data"].append(star(float(curves.best_epoch or 0), best))
    note = values_note(curves, metric)
    return Chart(metric, TITLES[metric], note, figure, logarithmic=metric == "loss")


def validation_chart(curves: RunCurves, points: int = POINTS) -> Chart:
    """All validation metrics of a run in one chart."""
    traces = [
        line(TITLES[metric], curves.epochs.get(("validation", metric), Series()), colour, points)
        for metric, colour in ALL_VALIDATION_COLOURS.items()
    ]
    layout = curve_layout(best_epoch=curves.best_epoch)
    layout["yaxis"]["rangemode"] = "nonnegative"
    layout |= {"showlegend": True, "legend": {"y": 0.5, "yanchor": "middle"}}
    return Chart("validation", "Validation, all metrics", "", {"data": traces, "layout": layout})


def learning_rate_chart(curves: RunCurves, points: int = POINTS) -> Chart:
    """The learning rate of each epoch, as steps."""
    trace = line("learning rate", curves.learning_rate, GREEN, points)
    trace["line"]["shape"] = "hv"
    layout = curve_layout(best_epoch=curves.best_epoch)
    layout["yaxis"] |= {"exponentformat": "power", "rangemode": "tozero"}
    latest = curves.learning_rate.y[-1] if len(curves.learning_rate) else None
    note = "" if latest is None else f"{latest:g} now"
    return Chart("learning_rate", "Learning rate", note, {"data": [trace], "layout": layout})


def comparison_charts(runs: Mapping[str, RunCurves], points: int = POINTS) -> list[Chart]:
    """A chart a metric with the validation curve of each run, its best epoch marked."""
    colours = dict(zip(runs, RUN_COLOURS, strict=False))
    charts = []
    for metric in METRICS:
        data = []
        for number, (run_id, colour) in enumerate(colours.items()):
            curves = runs[run_id]
            series = curves.epochs.get(("validation", metric), Series())
            data.append(line(run_id, series, colour, points))
            data[-1]["line"]["dash"] = RUN_DASHES[number % len(RUN_DASHES)]
            best = curves.value("validation", metric, curves.best_epoch)
            if best is not None:
                mark = star(float(curves.best_epoch or 0), best, colour)
                data.append(mark | {"name": run_id})
        figure = {"data": data, "layout": curve_layout(None)}
        figure["layout"]["yaxis"]["rangemode"] = "normal" if metric == "loss" else "nonnegative"
        charts.append(Chart(metric, f"{TITLES[metric]}, validation", "", figure, metric == "loss"))
    return charts


def machine_charts(curves: RunCurves, points: int = POINTS) -> list[Chart]:
    """What the trainer used of the machine, a chart a figure that its events give."""
    named = {"cpu_percent": "Processor, %", "memory_mb": "Memory, MB"} | {
        name: gpu_title(name) for name in sorted(curves.system) if name.startswith("gpu")
    }
    shown = {name: series for name, series in curves.system.items() if name in named}
    charts = [still_line(name, named[name], series, points) for name, series in shown.items()]
    return [*charts, still_line("speed", "Slices a second", curves.speed, points)]


def gpu_title(name: str) -> str:
    """`GPU 0, %` of `gpu0_percent`, `GPU 0 memory, MB` of `gpu0_memory_mb`."""
    number, _, kind = name.removeprefix("gpu").partition("_")
    return f"GPU {number} memory, MB" if kind == "memory_mb" else f"GPU {number}, %"


def still_line(name: str, title: str, series: Series, points: int) -> Chart:
    """One curve without a best epoch."""
    note = f"{series.y[-1]:,.0f} now" if len(series) and not math.isnan(series.y[-1]) else ""
    figure = {"data": [line(title, series, SKY, points)], "layout": curve_layout(None)}
    figure["layout"]["yaxis"]["rangemode"] = "tozero"
    return Chart(name, title, note, figure)


def line(
    name: str, series: Series, colour: str, points: int, width: float = 2, opacity: float = 1
) -> dict[str, Any]:
    """A trace of a thinned curve; a gap where it has no value, dots while it is short."""
    x, y = thinned(series.x, series.y, points)
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(x) <= 40 and width > 1 else "lines",
        "name": name,
        "x": x,
        "y": [None if math.isnan(value) else round(value, 6) for value in y],
        "line": {"color": colour, "width": width},
        "marker": {"size": 5, "color": colour},
        "opacity": opacity,
        "connectgaps": False,
    }


def star(x: float, y: float, colour: str = BLUE) -> dict[str, Any]:
    """The mark of the best epoch."""
    marker = {"symbol": "star", "size": 12, "color": colour, "line": {"width": 1, "color": "#fff"}}
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "best epoch",
        "x": [x],
        "y": [y],
        "marker": marker,
        "hoverinfo": "skip",
    }


def curve_layout(best_epoch: int | None) -> dict[str, Any]:
    """Layout of a small chart by epoch, with a dotted line at the best one."""
    mark = {
        "type": "line",
        "x0": best_epoch,
        "x1": best_epoch,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"dash": "dot", "width": 1.2, "color": GREY},
    }
    return {
        "height": 230,
        "margin": {"l": 46, "r": 10, "t": 6, "b": 30},
        "hovermode": "x unified",
        "showlegend": False,
        "xaxis": {
            "hoverformat": ".4~g",
            "rangemode": "tozero",
            "unifiedhovertitle": {"text": "epoch %{x}"},
        },
        "yaxis": {"automargin": True, "nticks": 6, "hoverformat": ".4~f"},
        "shapes": [] if best_epoch is None else [mark],
    }


def values_note(curves: RunCurves, metric: str) -> str:
    """`train 0.71 · validation 0.65 · best epoch 9: 0.68`; a dash where there is no value."""
    if not curves.last_epoch:
        steps = [value for value in curves.steps.y[-1:] if not math.isnan(value)]
        return f"step {steps[0]:.4f}" if metric == "loss" and steps else "–"
    parts = [f"{part} {number(curves.value(part, metric, curves.last_epoch))}" for part in
             ("train", "validation")]  # fmt: skip
    best = curves.value("validation", metric, curves.best_epoch)
    return " · ".join([*parts, f"best epoch {number(best)}"])


def number(value: float | None, digits: int = 4) -> str:
    """A figure for the screen; a dash where nothing was measured."""
    return "–" if value is None or math.isnan(value) else f"{value:.{digits}f}"
