"""The lock of a first read, held against everything that a browser received, in all its tabs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from pages.components.slice_viewer.payload import pack_images, pack_reading, pack_truth
from pages.components.slice_viewer.ticks import slider_ticks
from seg_core.settings import Settings
from seg_core.store import ReadingRoom, StudyShelf
from tests.browser.made_studies import MODEL, make_reading, make_study, put_on_shelf
from tests.browser.screen import move, viewer_of

STUDY, UNREAD = make_study(31), make_study(33)


def two_findings() -> np.ndarray:
    """float32 (n, height, width): a square in slices 2 to 4 and another in slice 7."""
    probability = np.zeros((len(STUDY), *STUDY.height_width), np.float32)
    probability[1:4, 8:18, 8:18] = probability[6, 30:40, 30:40] = 0.9
    return probability


HIGHEST = "0.9876"
"""Of the made readings: no page may say it before the verdict."""
CONFIDENCE = np.linspace(0.1, 0.98765, len(STUDY), dtype=np.float32)
READING = replace(make_reading(STUDY, 32), probability=two_findings(), confidence=CONFIDENCE)
UNREAD_READING = replace(make_reading(UNREAD, 34), confidence=CONFIDENCE)


@pytest.fixture(scope="module")
def app(start_app: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    home = tmp_path_factory.mktemp("first-read")
    started = start_app(home)
    started.study_id = put_on_shelf(home, STUDY, READING)
    started.unread = put_on_shelf(home, UNREAD, UNREAD_READING)
    return started


@pytest.fixture(scope="module")
def browser(chromium: Any) -> Iterator[Any]:
    """One browser profile, so that its tabs share what tells it from another."""
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    context.set_default_timeout(60_000)  # a second server starts beside the first
    yield context
    context.close()


class Received:
    """Everything that reached one tab: frames of its socket, and bodies of its answers."""

    def __init__(self, page: Any) -> None:
        self.frames: list[bytes] = []
        self.addresses: list[str] = []
        self.token = ""
        page.on("request", self._asked)
        page.on("websocket", lambda socket: socket.on("framereceived", self._frame))
        page.on("response", self._answer)

    def _frame(self, payload: bytes | str) -> None:
        self.frames.append(payload.encode() if isinstance(payload, str) else payload)

    def _asked(self, request: Any) -> None:
        self.token = request.headers.get("x-second-reader-token", self.token)

    def _answer(self, response: Any) -> None:
        if "/viewer-bytes/" in response.url and response.ok:
            self.addresses.append(response.url)

    def says(self, text: str) -> bool:
        return any(text.encode() in frame for frame in self.frames)


def parts(app: Any) -> dict[str, Any]:
    """The three parts of the study's bytes, as the server packs them."""
    shelf = StudyShelf(Settings(home=app.home))
    reading = shelf.reading_of(shelf.reading_row(app.study_id))
    ticks = slider_ticks(reading.pixel_threshold)
    return {
        "images": pack_images(STUDY),
        "truth": pack_truth(STUDY),
        "reading": pack_reading(reading, ticks),
    }


def sit_down(page: Any, app: Any, name: str) -> None:
    page.goto(f"{app.url}/worklist")
    page.get_by_role("textbox", name="Your name as a reviewer").fill(name)
    page.get_by_role("button", name="Sit down").click()
    page.get_by_role("button", name="Leave").wait_for()


def visit(page: Any, app: Any, address: str, says: str) -> None:
    page.goto(f"{app.url}/{address}")
    page.get_by_text(says).first.wait_for()
    page.wait_for_timeout(500)


def test_nothing_of_model_or_truth_reaches_any_tab_before_the_verdict(
    app: Any, browser: Any
) -> None:
    first, second = browser.new_page(), browser.new_page()
    received = Received(first), Received(second)
    sit_down(first, app, "Ada")
    study, packed = app.study_id, parts(app)

    first.goto(f"{app.url}/viewer?study={study}&slice=3")
    viewer_of(first, study)
    visit(second, app, "", "Read first, then compare")
    visit(second, app, "worklist", "unread by Ada")
    visit(second, app, f"triage?study={study}", "opens once your verdict")
    visit(second, app, "evaluation", "reads first here")
    visit(second, app, "training", "reads first here")
    second.goto(f"{app.url}/viewer?study={study}")
    viewer_of(second, study)

    for tab in received:
        assert not tab.says(MODEL)
        assert not tab.says(HIGHEST)
        assert not tab.says(packed["reading"].digest)
        assert not tab.says(packed["truth"].digest)
        assert all(packed["images"].digest in address for address in tab.addresses)
        assert tab.addresses
        assert opened_by(first, app, tab.token, packed["images"].digest) == 200
        for kind in ("truth", "reading"):
            assert opened_by(first, app, tab.token, packed[kind].digest) == 404


def test_the_verdict_opens_the_models_reading_and_the_answers_open_the_truth(
    app: Any, browser: Any
) -> None:
    page = browser.pages[0]
    received, packed = Received(page), parts(app)
    page.goto(f"{app.url}/viewer?study={app.study_id}")
    viewer_of(page, app.study_id)

    saved = save(page, "picture")
    assert exported(app, 1) == [("5", saved, None, None)]  # only the image can be in it
    assert not page.locator('[data-role="save"] option[value=mask]').is_enabled()

    page.get_by_role("button", name="Give verdict").click()
    form = page.get_by_role("dialog")
    form.get_by_text("Never shown").wait_for()
    form.get_by_text("No tumour", exact=True).click()
    form.get_by_role("button", name="Store the verdict").click()
    page.get_by_text("Your verdict:").wait_for()
    viewer_of(page, app.study_id)

    assert received.says(packed["reading"].digest)
    assert received.says(MODEL)
    assert received.says(HIGHEST)  # so that not finding it before says something
    assert not received.says(packed["truth"].digest)
    answer_all(page)
    page.get_by_text("All answered").wait_for()
    page.locator(
        '[data-toggle="showTruth"]:enabled'
    ).wait_for()  # the viewer is told after the words
    viewer_of(page, app.study_id)
    assert received.says(packed["truth"].digest)
    move(page.locator(".viewer"), "threshold", 49)
    names = [save(page, kind) for kind in ("masksTiff", "measures")]
    assert exported(app, 3)[1:] == [("1-9", name, MODEL, 0.5) for name in names]


def test_another_process_and_a_new_tab_know_who_reads_first(
    app: Any, start_app: Any, browser: Any
) -> None:
    page, restarted = browser.new_page(), start_app(app.home)
    received = Received(page)

    page.goto(f"{restarted.url}/viewer?study={app.unread}")
    verdict = viewer_of(page, app.unread).locator('[data-role="commit"]').bounding_box()
    assert verdict["y"] + verdict["height"] <= 720  # it is given without scrolling
    page.get_by_text("Ada · first read").first.wait_for()

    assert not received.says(MODEL)
    assert not received.says(HIGHEST)


def save(page: Any, kind: str) -> str:
    """Save a file out of the viewer; its name."""
    with page.expect_download() as download:
        page.locator('[data-role="save"]').select_option(kind)
    return str(download.value.suggested_filename)


def exported(app: Any, count: int) -> list[tuple[str, str, str | None, float | None]]:
    """(slices, file, model, pixel threshold) of each export in the record, once so many are there.

    A file is on the disk before the server has heard of it.
    """
    room, last = ReadingRoom(StudyShelf(Settings(home=app.home)).store), time.monotonic() + 10
    while True:
        lines = [line for line in room.record("Ada") if line.act == "exported"]
        if len(lines) >= count or time.monotonic() > last:
            break
        time.sleep(0.1)
    return [
        (line.details["slices"], line.details["file"], line.model_name, line.pixel_threshold)
        for line in lines
    ]


def answer_all(page: Any) -> None:
    """Keep both reads, one discrepancy after the other."""
    for number in (1, 2):
        page.get_by_text(f"{number} of 2", exact=True).wait_for()
        page.get_by_role("button", name="I keep my read").click()


def opened_by(page: Any, app: Any, token: str, digest: str) -> int:
    """The answer's status to an address that is known, asked with a tab's own token."""
    script = """async ([address, token]) =>
        (await fetch(address, { headers: { "x-second-reader-token": token } })).status"""
    return int(page.evaluate(script, [f"{app.url}/viewer-bytes/{digest}", token]))
