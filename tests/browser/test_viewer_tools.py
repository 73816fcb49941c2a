"""Tools, layers, settings and touch of the viewer in a real Chromium."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pages.components.slice_viewer.ticks import slider_ticks
from seg_core.triage.findings import find_findings
from tests.browser.made_studies import SIZE, make_reading, make_study, put_on_shelf
from tests.browser.screen import move, pixels, text, viewer_of

STUDIES = [make_study(seed=31), make_study(seed=32), make_study(seed=33)]
READINGS = [make_reading(study, seed) for study, seed in zip(STUDIES, (41, 42, 43), strict=True)]
TICKS = slider_ticks(READINGS[0].pixel_threshold)


@pytest.fixture(scope="module")
def server(start_app: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The app over three studies; `ids` in the order in which they arrived."""
    home = tmp_path_factory.mktemp("home")
    ids = [put_on_shelf(home, *pair) for pair in zip(STUDIES, READINGS, strict=True)]
    started = start_app(home)
    started.ids, started.study_id = ids, ids[0]
    return started


def lead(page: Any, viewer: Any, *places: tuple[float, float]) -> None:
    """Drag through places, given as shares of the first pane."""
    box = viewer.locator('[data-pane="original"] .glass').bounding_box()
    for step, (x, y) in enumerate(places):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=5)
        if step == 0:
            page.mouse.down()
    page.mouse.up()


def at_slice(viewer: Any, number: int) -> None:
    viewer.locator(f"xpath=self::*[@data-slice='{number}']").wait_for()


def test_a_finding_leads_to_the_slice_where_it_is_largest(opened: Any, viewer: Any) -> None:
    largest = find_findings(READINGS[0])[0][0]
    line = viewer.locator('[data-role="found"] button').first
    assert line.text_content() == (
        f"Slices {largest.first}–{largest.last}, largest {largest.slice}: {largest.area_px:,} px"
    )
    move(viewer, "slice", largest.slice)
    canvas = viewer.locator('[data-pane="truth"] canvas')
    before = canvas.evaluate("canvas => canvas.toDataURL()")
    viewer.press("Home")
    at_slice(viewer, 1)

    line.click()

    at_slice(viewer, largest.slice)
    ringed = "([canvas, before]) => canvas.toDataURL() !== before"
    opened.wait_for_function(ringed, arg=[canvas.element_handle(), before])
    assert line.get_attribute("aria-current") == "true"
    viewer.press("End")
    at_slice(viewer, 9)


def test_an_area_is_counted_in_pixels_listed_and_taken_away(opened: Any, viewer: Any) -> None:
    viewer.press("r")
    lead(opened, viewer, (0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6))
    viewer.press("r")
    listed = viewer.locator('[data-role="kept"] li')
    words = listed.first.text_content()

    count = int(words.split(": ")[1].split(" px")[0])
    side = (
        0.2
        * SIZE
        * viewer.locator('[data-pane="original"] .glass').evaluate(
            "glass => Math.max(glass.clientWidth / glass.clientHeight, 1)"
        )
    )
    assert words.startswith("Area, slice 9")
    assert "mm" not in words
    assert count == pytest.approx(side * 0.2 * SIZE, rel=0.25)
    listed.first.get_by_label("Remove").click()
    listed.first.wait_for(state="detached")


def test_each_layer_has_its_own_opacity(viewer: Any) -> None:
    viewer.press("f")  # contours lie between pixels; filled ones are seen at their middles
    move(viewer, "slice", 5)
    both = pixels(viewer, "original", SIZE, SIZE)
    move(viewer, "opacity-model", 0)
    truth_only = pixels(viewer, "original", SIZE, SIZE)
    move(viewer, "opacity-truth", 0)
    bare = pixels(viewer, "original", SIZE, SIZE)
    viewer.press("h")
    viewer.evaluate("() => new Promise((done) => setTimeout(done, 100))")
    warm = pixels(viewer, "original", SIZE, SIZE)
    viewer.press("h")

    assert not np.array_equal(both, truth_only)
    assert not np.array_equal(truth_only, bare)
    assert (bare[..., 0] == bare[..., 2]).all()  # grey: no colour is left
    assert not (warm[..., 0] == warm[..., 2]).all()
    move(viewer, "opacity-model", 100)
    move(viewer, "opacity-truth", 100)
    viewer.press("f")


def test_the_overlay_is_gone_for_as_long_as_its_key_is_held(opened: Any, viewer: Any) -> None:
    viewer.focus()
    opened.keyboard.down("s")
    viewer.get_by_text("overlay off").wait_for()
    opened.keyboard.up("s")
    viewer.get_by_text("solid").wait_for()


def test_keys_pressed_right_after_the_page_key_act_on_the_next_study(
    server: Any, page: Any
) -> None:
    page.goto(f"{server.url}/viewer?study={server.ids[0]}")
    viewer = viewer_of(page, server.ids[0])
    for key in ("PageDown", "PageDown", "Home", "ArrowRight"):
        viewer.press(key)

    viewer = viewer_of(page, server.ids[2])
    at_slice(viewer, 2)
    viewer.press("PageDown")
    viewer.get_by_text("This is the last study.").wait_for()


def test_a_reload_keeps_the_slice(server: Any, page: Any) -> None:
    page.goto(f"{server.url}/viewer?study={server.ids[0]}&slice=6")
    viewer = viewer_of(page, server.ids[0])
    at_slice(viewer, 6)
    viewer.press("Home")
    viewer.press("ArrowRight")
    page.wait_for_timeout(400)
    page.reload()

    at_slice(viewer_of(page, server.ids[0]), 2)


def test_what_was_measured_is_there_on_coming_back_to_its_study(server: Any, page: Any) -> None:
    page.goto(f"{server.url}/viewer?study={server.ids[0]}&slice=6")
    viewer = viewer_of(page, server.ids[0])
    viewer.press("m")
    lead(page, viewer, (0.3, 0.3), (0.6, 0.5))
    viewer.press("m")
    listed = viewer.locator('[data-role="kept"] li')
    listed.wait_for()
    viewer.press("PageDown")
    assert viewer_of(page, server.ids[1]).locator('[data-role="kept"] li').count() == 0
    viewer.press("PageUp")
    viewer_of(page, server.ids[0])

    listed.wait_for()


def test_a_key_can_be_changed_is_kept_and_can_be_reset(server: Any, page: Any) -> None:
    page.goto(f"{server.url}/viewer?study={server.ids[0]}&slice=5")
    viewer = viewer_of(page, server.ids[0])
    viewer.press("?")
    viewer.locator('.sheet [data-action="first"]').click()
    page.keyboard.press("n")
    viewer.get_by_text('n was "Next flagged slice"').wait_for()
    page.keyboard.press("Escape")
    viewer.press("n")
    at_slice(viewer, 1)

    page.reload()
    viewer = viewer_of(page, server.ids[0])
    viewer.press("End")
    viewer.press("n")
    at_slice(viewer, 1)
    viewer.press("?")
    viewer.get_by_role("button", name="Reset to this set").click()
    assert viewer.locator('.sheet [data-action="first"]').text_content() == "Home"


FOCUSED = """viewer => { const at = viewer.getRootNode().activeElement;
  const name = at.getAttribute("aria-label") ?? at.textContent.trim();
  return [at.closest(".toolbar") !== null, name]; }"""


def test_the_toolbar_is_one_tab_stop_and_arrows_move_in_it(opened: Any, viewer: Any) -> None:
    move(viewer, "slice", 4)
    viewer.focus()
    walked = []
    for key in ("Tab", "ArrowRight", "ArrowRight", "ArrowLeft", "Tab", "Shift+Tab"):
        opened.keyboard.press(key)
        walked.append(viewer.evaluate(FOCUSED))

    channel, neighbour, third, back, outside, again = walked
    assert channel == [True, "pre"]
    assert neighbour == back == again == [True, "FLAIR"]
    assert third == [True, "post"]
    assert outside[0] is False
    opened.keyboard.press("ArrowLeft")
    opened.keyboard.press("ArrowLeft")  # round the end
    assert viewer.evaluate(FOCUSED) == [True, "Keys, mouse and settings"]
    at_slice(viewer, 4)


def test_a_hand_that_clicked_in_the_toolbar_goes_on_with_the_slices(
    opened: Any, viewer: Any
) -> None:
    move(viewer, "slice", 4)
    viewer.get_by_role("button", name="Invert").click()
    opened.keyboard.press("ArrowRight")
    at_slice(viewer, 5)
    viewer.get_by_role("button", name="Invert").click()


def test_weasis_hands_page_by_up_and_down_and_give_the_left_button_another_use(
    opened: Any, viewer: Any
) -> None:
    viewer.press("?")
    viewer.get_by_label("Habits").select_option("weasis")
    viewer.get_by_role("button", name="Close", exact=True).click()
    viewer.press("Home")
    viewer.press("ArrowDown")
    viewer.press("s")
    lead(opened, viewer, (0.5, 0.3), (0.5, 0.5))
    assert int(viewer.get_attribute("data-slice")) > 4
    viewer.press("?")
    viewer.get_by_role("button", name="Reset to this set").click()
    viewer.get_by_label("Habits").select_option("own")
    viewer.get_by_role("button", name="Close", exact=True).click()


def test_no_set_of_habits_has_a_key_twice(viewer: Any) -> None:
    viewer.press("?")
    for habit in ("own", "ohif", "weasis"):
        viewer.get_by_label("Habits").select_option(habit)
        shown = viewer.locator(".sheet dt button").all_text_contents()
        keys = [key for row in shown if row != "none" for key in row.split(", ")]
        assert len(keys) == len(set(keys)) > 40, habit
    viewer.get_by_label("Habits").select_option("own")
    viewer.get_by_role("button", name="Close", exact=True).click()


def test_one_finger_leads_through_the_slices_and_two_zoom(server: Any, chromium: Any) -> None:
    context = chromium.new_context(viewport={"width": 1024, "height": 768}, has_touch=True)
    page = context.new_page()
    page.goto(f"{server.url}/viewer?study={server.ids[0]}&slice=2")
    viewer = viewer_of(page, server.ids[0])
    box = viewer.locator('[data-pane="original"] .glass').bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    cdp = context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        sent = [{"x": px, "y": py, "id": i} for i, (px, py) in enumerate(points)]
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": sent})

    touch("touchStart", (x, y - 20))
    touch("touchMove", (x, y + 10))
    touch("touchMove", (x, y + 24))
    touch("touchEnd")
    at_slice(viewer, 5)

    touch("touchStart", (x - 10, y), (x + 10, y))
    touch("touchMove", (x - 15, y), (x + 15, y))
    touch("touchMove", (x - 20, y), (x + 20, y))
    touch("touchEnd")
    page.wait_for_timeout(200)
    assert text(viewer, "corner-zoom") == "× 2.0"
    at_slice(viewer, 5)
    context.close()


def test_a_copy_under_another_name_is_shown_as_itself(
    start_app: Any, page: Any, tmp_path: Path
) -> None:
    copy = replace(STUDIES[0], name="COPY", spacing_mm=(5.0, 2.0, 2.0))
    ids = [put_on_shelf(tmp_path, study, READINGS[0]) for study in (STUDIES[0], copy)]
    page.goto(f"{start_app(tmp_path).url}/viewer?study={ids[0]}&slice=6")
    viewer = viewer_of(page, ids[0])
    viewer.press("m")
    lead(page, viewer, (0.3, 0.3), (0.6, 0.5))
    viewer.press("m")
    viewer.locator('[data-role="kept"] li').get_by_text(" px").wait_for()

    viewer.press("PageDown")
    viewer = viewer_of(page, ids[1])
    assert viewer.locator('[data-role="kept"] li').count() == 0
    viewer.press("m")
    lead(page, viewer, (0.3, 0.3), (0.6, 0.5))

    viewer.locator('[data-role="kept"] li').get_by_text(" mm").wait_for()
