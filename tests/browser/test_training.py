"""The training page in a real browser: a real run started, seen to move, stopped and resumed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from seg_core.data.phantom import write_phantom
from seg_core.jobs import LocalLauncher
from seg_core.training.events import EventLog
from tests.pages.runs import add_epoch, make_run

TRAINS_WITHIN_MS = 120_000
"""From Start to the first curve: TensorFlow alone takes a while to load on a busy machine."""

POINTS = "plot => plot.data.reduce((sum, trace) => sum + trace.x.length, 0)"
X_RANGE = "plot => plot._fullLayout.xaxis.range"


def plot_of(page: Any, name: str) -> Any:
    """The drawn chart of that name."""
    plot = page.locator(f"[data-chart={name}] .js-plotly-plot")
    plot.locator(".main-svg").first.wait_for()
    return plot


def wait_for_more(page: Any, name: str, points: int, patience_s: float = 60.0) -> int:
    """How many points the chart has, once it has more than `points`."""
    end = time.monotonic() + patience_s
    while (now := plot_of(page, name).evaluate(POINTS)) <= points:
        assert time.monotonic() < end, f"the chart still has {now} points"
        page.wait_for_timeout(200)
    return int(now)


def fill(page: Any, label: str, value: str) -> None:
    """Type into a number field and leave it, as a hand does; wait until the page has taken it."""
    field = page.get_by_role("spinbutton", name=label, exact=True)
    field.fill(value)
    field.press("Tab")
    page.get_by_text(f"{label} was", exact=False).first.wait_for()


@pytest.fixture(scope="module")
def server(start_app: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The app with five small phantom patients to train on; its jobs end with the test."""
    folder = tmp_path_factory.mktemp("training")
    write_phantom(folder / "data" / "phantom", patients=5, slices=4, seed=3)
    server = start_app(folder / "home", folder / "data")
    yield server
    launcher = LocalLauncher(server.home)
    for status in launcher.list_jobs():
        for mark in (launcher.folder(status.id).runner(), launcher.folder(status.id).command()):
            process = mark.find() if mark else None
            if process is not None:
                process.kill()


def test_zoom_stays_while_a_curve_grows_and_all_charts_follow_it(server: Any, page: Any) -> None:
    run = make_run(server.home / "runs", "20200101-000000-paper-zoom", 4, ended=None)
    page.goto(f"{server.url}/training?run={run.id}")
    before = plot_of(page, "f1").evaluate(POINTS)
    area = page.locator("[data-chart=f1] .nsewdrag").first
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 42, steps=4)
    page.mouse.up()
    page.wait_for_timeout(300)
    zoomed = plot_of(page, "f1").evaluate(X_RANGE)
    node = page.locator("[data-chart=f1] .main-svg").first.element_handle()

    log = EventLog(run.events_path, run.events_path.stat().st_size)
    add_epoch(run, log, 5)
    log.close()
    wait_for_more(page, "f1", before)

    assert 0 < zoomed[0] < zoomed[1]
    assert plot_of(page, "f1").evaluate(X_RANGE) == zoomed
    assert plot_of(page, "loss").evaluate(X_RANGE) == zoomed
    assert node.evaluate("node => node.isConnected")
    assert page.locator(".modebar-btn[data-title*=Share]").count() == 0


def test_a_run_is_started_from_the_page_seen_to_move_stopped_and_resumed(
    server: Any, page: Any
) -> None:
    page.goto(f"{server.url}/training")
    page.get_by_text("New run", exact=True).click()
    page.get_by_text("fingerprint").first.wait_for()
    for label, value in (
        ("Epochs", "500"),
        ("Batch size", "4"),
        ("Filters", "2"),
        ("Input size", "32"),
        ("Counts from epoch", "400"),
    ):
        fill(page, label, value)

    page.get_by_role("button", name="Start training").click()

    page.locator("[data-chart=loss] .main-svg").first.wait_for(timeout=TRAINS_WITHIN_MS)
    first = plot_of(page, "loss").evaluate(POINTS)
    wait_for_more(page, "loss", first)

    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Resume").wait_for(timeout=TRAINS_WITHIN_MS)
    stopped = plot_of(page, "loss").evaluate(POINTS)
    page.reload()
    assert plot_of(page, "loss").evaluate(POINTS) == stopped

    page.get_by_role("button", name="Resume").click()
    page.get_by_role("button", name="Stop").wait_for(timeout=TRAINS_WITHIN_MS)
    wait_for_more(page, "loss", stopped, TRAINS_WITHIN_MS / 1000)
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Resume").wait_for(timeout=TRAINS_WITHIN_MS)
