"""The training page in a real browser: a real run started, seen to move, and stopped."""

from __future__ import annotations

import time
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


@pytest.fixture
def patient_page(page: Any) -> Any:
    """The page, ready to wait: a training and a browser share the machine here."""
    page.set_default_timeout(90_000)
    return page


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


def test_zoom_stays_while_a_curve_grows_and_all_charts_follow_it(
    server: Any, patient_page: Any
) -> None:
    page = patient_page
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


@pytest.mark.timeout(400)  # TensorFlow is loaded by a process that shares the machine
def test_a_run_is_started_from_the_page_seen_to_move_and_stopped(
    server: Any, patient_page: Any
) -> None:
    page = patient_page
    small = {"network__size": 32, "network__filters": 2, "batch_size": 4}
    patience = {"early_stopping__start_epoch": 900}
    data = server.home.parent / "data" / "phantom"
    run = make_run(
        server.home / "runs", "20200102-000000-paper-small", 1, data=data, **small, **patience
    )
    page.goto(f"{server.url}/training?run={run.id}")
    page.get_by_role("button", name="New run from these settings").click()
    page.get_by_text("fingerprint").first.wait_for()
    epochs = page.get_by_role("spinbutton", name="Epochs", exact=False).first
    epochs.fill("999")
    epochs.press("Tab")
    page.get_by_text("in 999 epochs").wait_for()

    page.get_by_role("button", name="Start training").click()

    page.get_by_text(run.id).first.wait_for()
    page.locator("[data-chart=loss] .main-svg").first.wait_for(timeout=TRAINS_WITHIN_MS)
    assert run.id not in page.url
    first = plot_of(page, "loss").evaluate(POINTS)
    wait_for_more(page, "loss", first)

    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Resume").wait_for(timeout=TRAINS_WITHIN_MS)
    page.get_by_text("stopped by the user").first.wait_for()
