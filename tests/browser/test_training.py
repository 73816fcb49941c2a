"""The training page in a real browser: a run from its start to the viewer, through every ending.

One run on phantoms goes the whole way, so TensorFlow is loaded as few times as can be.
"""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from seg_core.data.phantom import write_phantom
from seg_core.jobs import LocalLauncher
from seg_core.training.curves import RunCurves
from seg_core.training.events import EventLog
from seg_core.training.run_folder import RunFolder
from tests.models.released import CARD, make_released
from tests.pages.runs import add_epoch, make_run

PATIENCE_MS = 240_000
"""For TensorFlow to load on a busy machine."""

SHOWN_AS_DEAD_MS = 15_000

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


def press(page: Any, button: str) -> None:
    """Once the page is drawn: a click on what is just being exchanged is nobody's."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    page.get_by_role("button", name=button, exact=True).click()


def wait_for_button(page: Any, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).wait_for(timeout=PATIENCE_MS)


def wait_until(happened: Callable[[], bool], server: Any, run: RunFolder) -> None:
    end = time.monotonic() + PATIENCE_MS / 1000
    while not happened():
        assert time.monotonic() < end, standing(server, run)
        time.sleep(0.1)


def standing(server: Any, run: RunFolder) -> str:
    """Where a run that does not go on has come to: its state, its newest job, and their logs."""
    launcher = LocalLauncher(server.home)
    jobs = launcher.list_jobs()
    told = [str(run.status()), f"{len(jobs)} jobs", *map(str, jobs[:1])]
    told += [launcher.logs(job.id, -2000)[0] for job in jobs[:1]]
    told += [run.log_path.read_text()[-2000:], server.log.read_text()[-2000:]]
    return "\n".join(told)


def joined_curve(run: RunFolder) -> list[float]:
    """Epochs of the loss as a page gathers them."""
    curves = RunCurves()
    curves.feed(run.read_events(0)[0])
    return curves.epochs["train", "loss"].x


def recorded(page: Any) -> tuple[list[bytes], list[Any]]:
    """What the page's browser sends from now on, and the ways to its server, the newest last."""
    sent: list[bytes] = []
    servers: list[Any] = []

    def between(socket: Any) -> None:
        server = socket.connect_to_server()
        servers.append(server)
        socket.on_message(lambda message: (sent.append(message), server.send(message)))

    page.route_web_socket(re.compile("_stcore/stream"), between)
    return sent, servers


@pytest.fixture
def patient_page(page: Any) -> Any:
    """The page, ready to wait: a training and a browser share the machine here."""
    page.set_default_timeout(180_000)
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


def test_a_refresh_asked_for_before_the_browser_knew_of_the_viewer_does_not_empty_it(
    server: Any, patient_page: Any
) -> None:
    page = patient_page
    run = make_run(server.home / "runs", "20200101-000000-paper-left", 1)
    training = CARD["training"] | {"run": run.id}
    make_released(server.home / "models", name="left", training=training)
    refreshes, to_server = recorded(page)
    page.goto(f"{server.url}/training?run={run.id}")
    page.get_by_role("button", name="Read a study with it").wait_for()
    refreshes.clear()
    while not refreshes:
        page.wait_for_timeout(100)

    refresh = refreshes[-1]
    press(page, "Read a study with it")
    for _ in range(30):  # a browser that is slow to hear of the new page goes on asking
        to_server[-1].send(refresh)
        page.wait_for_timeout(30)

    page.wait_for_url("**/viewer")
    page.wait_for_timeout(1000)
    page.get_by_role("button", name="Open the demo").wait_for(timeout=SHOWN_AS_DEAD_MS)


@pytest.mark.timeout(1800)  # TensorFlow is loaded by five processes that share the machine
def test_a_run_goes_from_start_to_viewer_through_stop_death_and_early_stopping(
    server: Any, patient_page: Any
) -> None:
    page = patient_page
    run = start_small_run(server, page)
    page.locator("[data-chart=loss] .main-svg").first.wait_for(timeout=PATIENCE_MS)
    wait_for_more(page, "loss", plot_of(page, "loss").evaluate(POINTS))

    press(page, "Stop training")
    wait_for_button(page, "Resume")
    page.get_by_text("stopped by the user").first.wait_for()
    reached = len(joined_curve(run))

    press(page, "Resume")
    wait_until(lambda: len(joined_curve(run)) > reached, server, run)
    os.kill(run.trainer()["pid"], signal.SIGKILL)
    page.get_by_text("SIGKILL").first.wait_for(timeout=SHOWN_AS_DEAD_MS)

    let_it_stop_early(run)
    press(page, "Resume")
    wait_for_button(page, "Continue from best")
    page.get_by_text("early stopping: loss did not improve for 1 epochs").wait_for()
    best = run.status().best_epoch
    assert joined_curve(run) == list(range(1, best + 2))  # nothing lost, nothing twice

    press(page, "Continue from best")
    wait_until(lambda: any(run.path.glob("events.before-continue-*")), server, run)
    wait_until(lambda: run.status().state == "finished", server, run)
    wait_for_button(page, "Continue from best")
    assert joined_curve(run) == list(range(1, best + 2))
    assert run.id in page.url  # it stayed the chosen one while its state changed

    release_and_read(page)


def start_small_run(server: Any, page: Any) -> RunFolder:
    """A run of a tiny network on the phantoms, copied from another one's settings."""
    small = {"network__size": 32, "network__filters": 2, "batch_size": 4, "pictures": 1}
    never = {
        "early_stopping__start_epoch": 900,
        "early_stopping__monitor": "loss",
        "early_stopping__mode": "min",
    }
    data = server.home.parent / "data" / "phantom"
    other = make_run(
        server.home / "runs", "20200102-000000-paper-small", 1, data=data, **small, **never
    )
    page.goto(f"{server.url}/training?run={other.id}")
    press(page, "New run from these settings")
    page.get_by_text("fingerprint").first.wait_for()
    epochs = page.get_by_role("spinbutton", name="Epochs", exact=False).first
    epochs.fill("999")
    epochs.press("Tab")
    page.get_by_text("in 999 epochs").wait_for()
    press(page, "Start training")
    page.get_by_text("is in the queue").wait_for()
    run_id = LocalLauncher(server.home).list_jobs()[0].label
    page.wait_for_url(f"**run={run_id}")
    return RunFolder(server.home / "runs" / run_id)


def let_it_stop_early(run: RunFolder) -> None:
    """Change the dead run's recipe: its next epoch is the best for good, the one after the last."""
    recipe = json.loads((run.path / "recipe.json").read_text())
    recipe["early_stopping"] |= {"start_epoch": 1, "patience": 1, "minimum_change": 1e6}
    (run.path / "recipe.json").write_text(json.dumps(recipe))


def release_and_read(page: Any) -> None:
    """The run on screen becomes a model, and that model reads a study in the viewer."""
    press(page, "More")
    name = page.get_by_role("textbox", name="Release as")
    name.fill("small")
    name.press("Enter")
    press(page, "Release")
    page.get_by_text("released as small/1").first.wait_for(timeout=PATIENCE_MS)
    page.keyboard.press("Escape")
    press(page, "Read a study with it")
    press(page, "Open the demo")
    page.locator(".viewer[data-state=loaded]").wait_for()
    page.locator(".viewer").get_by_text("small 1").first.wait_for()
