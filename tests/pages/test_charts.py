"""Figures as dictionaries: what is drawn, and that nothing is invented."""

from __future__ import annotations

import json
import math

import plotly.graph_objects as go
import pytest

from pages.components.charts import number, training_charts, values_note
from pages.components.dataset_charts import split_chart, tumour_chart
from seg_core.training.curves import RunCurves


def curves(epochs: int, steps: int = 0) -> RunCurves:
    gathered = RunCurves()
    for epoch in range(1, epochs + 1):
        figures = {"loss": 1 / epoch, "f1": None if epoch == 2 else 0.1}
        event = {"kind": "epoch", "epoch": epoch, "train": figures, "validation": figures}
        gathered.feed([event | {"learning_rate": 1e-3, "seconds": 1.0, "best_epoch": 1}])
    for step in range(1, steps + 1):
        event = {"kind": "step", "epoch": epochs + 1, "step": step, "steps": steps, "loss": 0.5}
        gathered.feed([event])
    return gathered


@pytest.mark.parametrize("epochs", [0, 1, 3])
def test_every_chart_is_a_figure_that_plotly_accepts(epochs: int):
    for chart in training_charts(curves(epochs)):
        go.Figure(chart.figure)


def test_a_missing_value_is_a_gap_in_the_curve_and_a_dash_in_words():
    charts = {chart.name: chart for chart in training_charts(curves(3))}

    validation = charts["f1"].figure["data"][1]
    assert validation["y"] == [0.1, None, 0.1]
    assert charts["precision"].note == "train – · validation – · best epoch –"
    assert (number(None), number(math.nan), number(0.5, 2)) == ("–", "–", "0.50")


def test_the_loss_moves_before_the_first_epoch_is_over():
    assert values_note(curves(0, steps=3), "loss") == "step 0.5000"
    assert values_note(curves(0), "loss") == "–"


def test_a_thousand_epochs_stay_small_enough_to_send_every_two_seconds():
    charts = training_charts(curves(1000, steps=5000))

    assert len(json.dumps([chart.figure for chart in charts])) < 200_000


def test_bars_of_the_split_are_shares_and_say_their_counts():
    figure = split_chart({"train": (6, 60, 30), "validation": (2, 20, 0), "test": (2, 20, 10)})

    assert figure["data"][0]["x"] == [60.0, 60.0, 75.0]
    assert figure["data"][1]["text"] == ["2", "20", "0"]
    go.Figure(figure)


def test_patients_stand_in_order_of_their_tumour():
    figure = tumour_chart({"A": 5, "B": 50}, {"A": "train", "B": "test"})

    assert figure["layout"]["xaxis"]["categoryarray"] == ["B", "A"]
    go.Figure(figure)
