"""A read in a real Chromium: what the viewer records and sends, what a first read never gets."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.browser.made_studies import SIZE
from tests.browser.screen import pixels, text, viewer_of

STUDY_ID = "made"

MARKER_BESIDE_THE_SLICE = """() => {
  const key = Object.keys(localStorage).find((name) => name.endsWith("read.seven"));
  const draft = JSON.parse(localStorage.getItem(key));
  draft.markers[0].x = -7.4;
  localStorage.setItem(key, JSON.stringify(draft));
}"""
"""Makes the kept draft one of those that an older page kept."""


@pytest.fixture(scope="module")
def server(start_app: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return start_app(tmp_path_factory.mktemp("home"), entry="tests/browser/reading_app.py")


def open_read(page: Any, server: Any, reader: str, mode: str = "first") -> Any:
    page.goto(f"{server.url}/?mode={mode}&reader={reader}")
    return viewer_of(page, STUDY_ID)


def flair_box(viewer: Any) -> Any:
    """Where the FLAIR pane lies on the page."""
    panes = viewer.locator('[data-pane="channel1"] .glass, [data-pane="original"] .glass')
    return panes.locator("visible=true").first.bounding_box()


def draw(page: Any, viewer: Any, key: str, *places: tuple[float, float]) -> None:
    """Take a tool and lead the pressed mouse through places, as shares of the FLAIR pane."""
    box = flair_box(viewer)
    viewer.press(key)
    for step, (x, y) in enumerate(places):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
        if step == 0:
            page.mouse.down()
    page.mouse.up()
    viewer.press(key)


def committed(page: Any, viewer: Any) -> dict[str, Any]:
    """What the page got when "Give verdict" was pressed."""
    viewer.locator('[data-role="commit"]').click()
    return dict(json.loads(page.locator("code").text_content()))


def test_a_first_read_records_slices_markers_and_outlines_and_shows_them_after_the_reveal(
    server: Any, page: Any
) -> None:
    received: list[str] = []
    page.on("request", lambda request: received.append(request.url))
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: received.append(str(frame))),
    )
    viewer = open_read(page, server, "one")
    assert "made-for-tests" not in "".join(received)
    assert len({url for url in received if re.search(r"viewer-bytes/[0-9a-f]{64}$", url)}) == 1
    assert not viewer.get_by_text("Ground truth", exact=True).is_visible()
    assert not viewer.locator('[data-role="measures"]').is_visible()

    draw(page, viewer, "t", (0.5, 0.5))
    viewer.press("End")
    draw(page, viewer, "o", (0.3, 0.3), (0.6, 0.3), (0.6, 0.6), (0.3, 0.6))
    assert text(viewer, "read-unseen") == "Not yet shown: 1-4, 6-8"
    viewer.get_by_label("Outline, slice 9: sure 4 of 5").click()
    page.keyboard.press("ArrowUp")  # pages, and leaves the answer as it is
    viewer.get_by_text("Not yet shown: 1-4, 6-7").wait_for()
    page.keyboard.press("u")
    viewer.locator("xpath=self::*[@data-slice='1']").wait_for()
    sent = committed(page, viewer)

    assert sent["painted"] == [1, 5, 8, 9]
    assert [(m["slice"], round(m["x"]), round(m["y"])) for m in sent["markers"]] == [(5, 24, 24)]
    assert [(outline["slice"], outline["sure"]) for outline in sent["outlines"]] == [(9, 4)]
    assert all(0 <= x <= SIZE and 0 <= y <= SIZE for x, y in sent["outlines"][0]["points"])
    assert 0 < sent["active_seconds"] < 60

    page.get_by_role("button", name="Reveal").click()
    viewer.get_by_text("Ground truth", exact=True).wait_for()
    assert viewer.locator('[data-role="kept"] li').all_text_contents() == [
        "Marker, slice 5",
        "Outline, slice 9, sure 4 of 5",
    ]
    assert not viewer.locator('[data-tool="marker"]').is_visible()


def test_the_slices_of_a_finding_are_named_from_the_slices_shown(server: Any, page: Any) -> None:
    viewer = open_read(page, server, "ten")
    viewer.press("(")
    viewer.press("ArrowRight")
    viewer.press("ArrowRight")
    viewer.get_by_role("button", name="To here").click()
    viewer.press("End")
    viewer.press("(")
    viewer.get_by_role("button", name="Remove slices 9 to ...").click()
    viewer.get_by_role("button", name="Remove slices 9 to ...").wait_for(state="detached")

    assert text(viewer, "read-slices") == "Tumour in 5-7 ×"
    assert committed(page, viewer)["slices"] == [5, 6, 7]


def test_a_second_tab_goes_on_with_the_same_draft_and_one_that_was_closed_is_kept(
    server: Any, page: Any
) -> None:
    viewer, second = open_read(page, server, "nine"), page.context.new_page()
    second.set_default_timeout(30_000)
    other = open_read(second, server, "nine")
    draw(page, viewer, "t", (0.4, 0.4))
    other.locator('[data-role="kept"] li').first.wait_for()
    other.press("End")
    second.wait_for_timeout(700)
    second.close()

    assert committed(page, viewer)["painted"] == [5, 9]
    again = page.context.new_page()
    assert open_read(again, server, "nine").locator('[data-role="kept"] li').count() == 1
    again.close()


def test_a_draft_outlives_a_reload_and_is_not_shown_to_the_next_reviewer(
    server: Any, page: Any
) -> None:
    viewer = open_read(page, server, "two")
    draw(page, viewer, "t", (0.4, 0.4))
    viewer.get_by_label("Marker, slice 5: sure 2 of 5").click()
    page.wait_for_timeout(700)
    page.reload()
    viewer = viewer_of(page, STUDY_ID)
    assert viewer.locator('[data-role="kept"] li').count() == 1
    rated = viewer.get_by_label("Marker, slice 5: sure 2 of 5")
    assert rated.get_attribute("aria-pressed") == "true"

    viewer = open_read(page, server, "three")
    assert viewer.locator('[data-role="kept"] li').count() == 0
    assert committed(page, viewer)["painted"] == [5]


def test_a_ruler_outlives_a_reload_until_it_is_taken_away(server: Any, page: Any) -> None:
    viewer = open_read(page, server, "measurer")
    draw(page, viewer, "m", (0.3, 0.3), (0.6, 0.5))
    viewer.locator('[data-role="kept"] li').wait_for()
    said = text(viewer, "kept")
    assert " px" in said
    page.wait_for_timeout(400)
    page.reload()
    viewer = viewer_of(page, STUDY_ID)
    viewer.locator('[data-role="kept"] li').wait_for()
    assert text(viewer, "kept") == said

    assert open_read(page, server, "colleague").locator('[data-role="kept"] li').count() == 0

    viewer = open_read(page, server, "measurer")
    viewer.locator('[data-role="kept"] li').wait_for()
    assert text(viewer, "kept") == said
    viewer.press("Delete")
    page.wait_for_timeout(400)
    page.reload()
    assert viewer_of(page, STUDY_ID).locator('[data-role="kept"] li').count() == 0


def test_a_concurrent_read_shows_the_model_and_is_recorded_too(server: Any, page: Any) -> None:
    viewer = open_read(page, server, "four", mode="concurrent")

    assert text(viewer, "read-mode") == "Concurrent read"
    assert pixels(viewer, "mask", SIZE, SIZE).any()
    assert committed(page, viewer)["painted"] == [9]


def test_a_marker_can_be_set_by_keys_alone(server: Any, page: Any) -> None:
    viewer = open_read(page, server, "five")
    for key in ("t", "Enter", "ArrowRight", "Shift+ArrowDown", "Enter", "Escape"):
        viewer.press(key)

    assert committed(page, viewer)["markers"] == [{"slice": 5, "x": 25.5, "y": 34.5}]


def test_marks_stay_on_the_slice_and_none_begins_beside_it(server: Any, page: Any) -> None:
    viewer = open_read(page, server, "six")
    draw(page, viewer, "t", (0.5, 0.01))  # the pane is higher than the slice
    draw(page, viewer, "t", (0.5, 0.5), (0.5, -0.2))
    draw(page, viewer, "o", (0.4, 0.6), (0.6, 0.6), (0.6, 1.3), (0.4, 1.3))
    sent = committed(page, viewer)

    assert [(round(m["x"]), m["y"]) for m in sent["markers"]] == [(SIZE / 2, 0)]
    (outline,) = sent["outlines"]
    assert max(y for _, y in outline["points"]) == SIZE


def test_a_kept_mark_outside_the_slice_is_said_and_once_deleted_the_draft_is_taken(
    server: Any, page: Any
) -> None:
    viewer = open_read(page, server, "seven")
    draw(page, viewer, "t", (0.5, 0.5))
    page.wait_for_timeout(700)
    page.evaluate(MARKER_BESIDE_THE_SLICE)
    page.reload()
    viewer = viewer_of(page, STUDY_ID)
    viewer.locator('[data-role="commit"]').click()
    page.get_by_text("The marker on slice 5 does not lie within the slice").wait_for()
    assert page.locator('[data-testid="stException"]').count() == 0

    viewer.get_by_label("Remove marker, slice 5").click()
    assert committed(page, viewer)["markers"] == []


def test_keys_go_on_from_the_slice_where_the_mouse_rested_beside_it(server: Any, page: Any) -> None:
    viewer = open_read(page, server, "eight")
    box = flair_box(viewer)
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.01 * box["height"])
    for key in ("t", "Enter", "Enter", "Escape"):
        viewer.press(key)

    (marker,) = committed(page, viewer)["markers"]
    assert marker["y"] == 0.5
