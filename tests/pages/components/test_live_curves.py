"""What the live charts send to the browser, and how it gets plotly.js."""

from __future__ import annotations

import asyncio
import gzip
import json
from importlib.metadata import version

from starlette.requests import Request
from streamlit.testing.v1 import AppTest

from pages.components.live_curves.plotly_js import plotly_address, plotly_route

PAGE = """
from pages.components.charts import Chart
from pages.components.live_curves import live_curves

figure = {"data": [{"type": "scatter", "x": [1], "y": [None]}], "layout": {}}
live_curves(
    [Chart("f1", "F1", "a note", figure)], revision="run-1", key="c", switches={"train": "#000"}
)
"""


def test_charts_go_to_the_browser_as_they_are_and_the_script_does_not():
    app = AppTest.from_string(PAGE, default_timeout=30).run()

    assert not app.exception
    sent = json.loads(app.get("bidi_component")[0].proto.json)
    assert (sent["revision"], sent["switches"]) == ("run-1", {"train": "#000"})
    assert sent["charts"][0]["figure"]["data"][0]["y"] == [None]
    assert sent["script"] == plotly_address()
    assert len(app.get("bidi_component")[0].proto.json) < 1000


def test_the_route_hands_out_the_script_of_the_installed_package():
    route = plotly_route()
    scope = {"type": "http", "method": "GET", "path": route.path, "headers": []}

    answer = asyncio.run(route.endpoint(Request(scope)))

    assert gzip.decompress(answer.body).startswith(b"/**\n* plotly.js v")
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]


def test_a_new_version_of_plotly_has_a_new_address():
    assert version("plotly") in plotly_address()
    assert plotly_route().path == plotly_address()
