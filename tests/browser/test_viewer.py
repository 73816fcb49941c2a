"""The viewer in a real Chromium: what JavaScript paints, counts and leaves unsent."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest

from pages.components.slice_viewer.ticks import slider_ticks
from seg_core.inference.volume_files import MASK_VOLUME, write_volumes
from seg_core.metrics import PixelCounts
from seg_core.settings import Settings
from seg_core.store import StudyShelf
from tests.browser.made_studies import SIZE, make_reading, make_study, put_on_shelf
from tests.browser.screen import (
    drag_along,
    figures,
    masks_at_every_tick,
    move,
    pixels,
    show_plainly,
    text,
    viewer_of,
)

STUDY = make_study(seed=1)
READING = make_reading(STUDY, seed=2)
BARE = replace(make_study(seed=21), truth=None, truth_known=None)
GRID = np.column_stack([[-0.5, 0, 0], [0, -0.25, 0], [3, 0, 4], [12, 6, 0]])
"""Slices 4 mm apart whose centres lie askew, 5 mm from one to the next."""
ORDER = ((1, -1), (2, 1), (0, 1))
"""A file that holds rows backwards, then slices, then columns."""

PLACED = replace(BARE, spacing_mm=(5.0, 0.25, 0.5), grid=GRID, voxel_order=ORDER)
PLACED_READING = make_reading(PLACED, 27)
RAW = make_study(seed=22)
CLOSE = make_study(seed=24, slices=4)
CLOSE_READING = replace(
    make_reading(CLOSE, 25),
    confidence=np.array([0.9796, 0.979997, 0.95, 0.98], np.float32),
)
UNREAD = make_study(seed=26)
EQUAL = (make_study(seed=11), make_study(seed=12))
PATIENCE_MS = 120_000
"""For a model to be loaded and to read, on a busy machine."""

TICKS = slider_ticks(READING.pixel_threshold)


@pytest.fixture(scope="module")
def server(start_app: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The app over a shelf of made studies: `ids` by what they are, `study_id` the usual one."""
    home = tmp_path_factory.mktemp("home")
    ids = {
        "usual": put_on_shelf(home, STUDY, READING),
        "bare": put_on_shelf(home, BARE),
        "placed": put_on_shelf(home, PLACED, PLACED_READING),
        "raw": put_on_shelf(home, RAW, replace(make_reading(RAW, 23), calibrated=False)),
        "close": put_on_shelf(home, CLOSE, CLOSE_READING),
        "unread": put_on_shelf(home, UNREAD),
        "equal 1": put_on_shelf(home, EQUAL[0], make_reading(EQUAL[0], 13)),
        "equal 2": put_on_shelf(home, EQUAL[1], make_reading(EQUAL[1], 13)),
    }
    started = start_app(home)
    started.ids, started.study_id = ids, ids["usual"]
    return started


def kept_probability(server: Any) -> np.ndarray:
    """float32 (n, h, w) as the shelf keeps it: what the browser was given."""
    shelf = StudyShelf(Settings(home=server.home))
    return shelf.reading_of(shelf.reading_row(server.study_id)).probability


def test_the_mask_equals_numpy_on_the_same_bytes_at_every_tick(server: Any, viewer: Any) -> None:
    plane = kept_probability(server)[4]
    move(viewer, "slice", 5)

    painted = masks_at_every_tick(viewer, len(TICKS), SIZE, SIZE)

    for mask, threshold in zip(painted, TICKS, strict=True):
        assert np.array_equal(mask, plane >= np.float32(threshold)), f"at {threshold}"


def test_the_original_shows_flair_and_the_truth_its_mask(viewer: Any) -> None:
    show_plainly(viewer)
    move(viewer, "slice", 3)

    original = pixels(viewer, "original", SIZE, SIZE)
    truth = pixels(viewer, "truth", SIZE, SIZE).any(axis=-1)

    assert np.array_equal(original[..., 0], STUDY.slices[2, ..., 1])
    assert STUDY.truth is not None
    assert np.array_equal(truth, STUDY.truth[2])


def test_the_figures_of_slice_and_study_are_those_of_the_core(server: Any, viewer: Any) -> None:
    probability = kept_probability(server)
    move(viewer, "slice", 6)

    for tick in (0, TICKS.index(0.5), TICKS.index(0.98), len(TICKS) - 1):
        move(viewer, "threshold", tick)
        mask = probability >= np.float32(TICKS[tick])
        shown = figures(viewer)

        for column, (m, t) in enumerate(((mask[5], STUDY.truth[5]), (mask, STUDY.truth))):
            hit, miss, wrong = (m & t).sum(), (~m & t).sum(), (m & ~t).sum()
            counts = PixelCounts(int(hit), int(wrong), int(miss))
            dice = 2 * hit / (2 * hit + miss + wrong)
            assert shown["Dice"][column] == f"{dice:.3f}"
            assert shown["Precision"][column] == f"{counts.precision:.3f}"
            assert shown["Recall"][column] == f"{counts.recall:.3f}"
            assert shown["Model area"][column] == f"{counts.mask_px:,} px"


def test_an_empty_slice_has_no_dice_and_is_a_right_empty_or_a_false_alarm(viewer: Any) -> None:
    move(viewer, "slice", 1)
    move(viewer, "threshold", 0)

    assert figures(viewer)["Tumour-free slices"] == ("false alarm", "0 right, 2 false")
    assert figures(viewer)["Recall"][0] == "–"


def test_looking_sends_nothing_to_the_server(server: Any, page: Any) -> None:
    sent: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append("message")))
    page.on("websocket", lambda socket: socket.on("framereceived", lambda _: sent.append("reply")))
    page.on("request", lambda request: sent.append(request.url))
    page.goto(f"{server.url}/viewer?study={server.study_id}")
    viewer = viewer_of(page, server.study_id)
    page.wait_for_timeout(1500)
    assert "message" in sent  # the counter does count
    sent.clear()

    drag_along(page, viewer.locator('[data-role="threshold"]'))
    drag_along(page, viewer.locator('[data-role="slice"]'))
    drag_along(page, viewer.locator('[data-pane="original"] canvas'))
    drag_along(page, viewer.locator('[data-role="strip"]'))
    page.mouse.wheel(0, 240)
    for key in ("g", "i", "a", "d", "[", "]", "n", "p", "r", "c", "c", "2", "Home", "End", "?"):
        viewer.press(key)

    assert sent == []


def test_dragging_the_slider_and_turning_the_wheel_change_the_picture(
    opened: Any, viewer: Any
) -> None:
    page = opened
    move(viewer, "slice", 2)
    before = text(viewer, "threshold-value")
    drag_along(page, viewer.locator('[data-role="threshold"]'))
    assert text(viewer, "threshold-value") != before

    viewer.locator('[data-pane="original"] canvas').hover()
    page.mouse.wheel(0, 120)
    viewer.locator("xpath=self::*[@data-slice='3']").wait_for()
    page.keyboard.down("Shift")
    page.mouse.wheel(0, 120)
    page.keyboard.up("Shift")
    viewer.locator("xpath=self::*[@data-slice='8']").wait_for()


@pytest.mark.parametrize(
    ("keys", "slice_number"),
    [
        (["Home"], "1"),
        (["End"], "9"),
        (["Home", "ArrowRight", "ArrowDown"], "3"),
        (["Home", "Shift+ArrowRight", "ArrowLeft"], "5"),
        (["Home", "n"], "9"),  # the only one at or above 0.98
    ],
)
def test_keys_move_through_the_slices(viewer: Any, keys: list[str], slice_number: str) -> None:
    viewer.focus()
    for key in keys:
        viewer.press(key)

    viewer.locator(f"xpath=self::*[@data-slice='{slice_number}']").wait_for()


def test_keys_do_nothing_while_the_viewer_has_no_focus(opened: Any, viewer: Any) -> None:
    move(viewer, "slice", 5)
    viewer.evaluate("viewer => viewer.getRootNode().activeElement?.blur()")
    before = viewer.get_attribute("data-slice")
    opened.locator("body").press("Home")
    opened.wait_for_timeout(200)

    assert viewer.get_attribute("data-slice") == before


def test_the_viewer_starts_at_the_slice_of_highest_confidence_and_the_models_threshold(
    server: Any, page: Any
) -> None:
    page.goto(f"{server.url}/viewer?study={server.study_id}")
    viewer = viewer_of(page, server.study_id)

    assert viewer.get_attribute("data-slice") == "9"
    assert text(viewer, "threshold-value") == "0.37"


def test_who_has_not_moved_is_led_to_what_the_model_finds(server: Any, page: Any) -> None:
    study_id = server.ids["unread"]
    page.goto(f"{server.url}/viewer?study={study_id}")
    viewer = viewer_of(page, study_id)
    known = viewer.locator('[data-role="threshold-value"]').filter(has_text=re.compile(r"\d"))
    known.wait_for(timeout=PATIENCE_MS)

    highest = int(StudyShelf(Settings(home=server.home)).reading_row(study_id).confidence.argmax())
    assert highest != len(UNREAD) // 2  # where it was opened
    viewer.locator(f"xpath=self::*[@data-slice='{highest + 1}']").wait_for()


def test_a_slice_in_the_address_is_shown_first(server: Any, page: Any) -> None:
    page.goto(f"{server.url}/viewer?study={server.study_id}&slice=4")

    assert viewer_of(page, server.study_id).get_attribute("data-slice") == "4"


def test_two_studies_of_equal_size_are_never_mixed_up(server: Any, page: Any) -> None:
    ids = (server.ids["equal 1"], server.ids["equal 2"])
    page.goto(f"{server.url}/viewer?study={ids[0]}&slice=3")

    for at, key in ((0, "PageDown"), (1, "PageUp"), (0, "Escape")):
        study = EQUAL[at]
        viewer = viewer_of(page, ids[at])
        show_plainly(viewer)
        move(viewer, "slice", 3)
        assert np.array_equal(
            pixels(viewer, "original", SIZE, SIZE)[..., 0], study.slices[2, ..., 1]
        )
        viewer.press(key)


def test_a_study_without_truth_shows_its_slices_and_has_no_dice(server: Any, page: Any) -> None:
    page.goto(f"{server.url}/viewer?study={server.ids['bare']}")
    viewer = viewer_of(page, server.ids["bare"])

    assert viewer.get_by_text("No ground truth in this study").is_visible()
    assert pixels(viewer, "original", SIZE, SIZE).any()
    assert not viewer.locator('[data-pane="truth"]').is_visible()
    assert (
        viewer.locator('[data-role="measures"] tbody tr:visible').count() == 2
    )  # area, confidence


def test_pictures_have_more_room_than_the_strip_and_all_sliders_are_on_the_screen(
    opened: Any, viewer: Any
) -> None:
    def height_of(selector: str) -> tuple[float, float]:
        """(height, lower end) on the screen."""
        box = viewer.locator(selector).bounding_box()
        return box["height"], box["y"] + box["height"]

    for width, height in ((1920, 1080), (1440, 900), (1280, 720)):
        opened.set_viewport_size({"width": width, "height": height})
        opened.wait_for_timeout(500)  # it is arranged at one of the next frames

        picture, _ = height_of('[data-pane="original"] .glass')
        assert picture > 1.5 * height_of('[data-role="strip"]')[0]
        assert picture > 0.3 * height
        assert height_of('[data-role="opacities"] .three')[1] <= height


BRIGHT_AT_THE_EDGES = """canvas => {
  const { width, height } = canvas;
  const letter = 50 * (window.devicePixelRatio || 1);
  const context = canvas.getContext("2d");
  const bright = (x, y) => context.getImageData(x, y, letter, letter).data.some(
    (value, at) => at % 4 !== 3 && value > 200);
  return [[0, (height - letter) / 2], [(width - letter) / 2, 0],
    [width - letter, (height - letter) / 2], [(width - letter) / 2, height - letter],
  ].map(([x, y]) => bright(x, y));
}"""
"""Whether the middle of the left, upper, right and lower edge of a pane has a letter."""


def test_where_files_state_how_slices_lie_sides_and_millilitres_are_shown(
    server: Any, page: Any
) -> None:
    page.goto(f"{server.url}/viewer?study={server.ids['placed']}&slice=3")
    viewer = viewer_of(page, server.ids["placed"])
    move(viewer, "threshold", len(TICKS) - 1)  # hardly a pixel of the mask is bright
    mask = viewer.locator('[data-pane="mask"] canvas')
    pixels_of = {
        at: int(part.split(" px, ")[0].replace(",", ""))
        for at, part in enumerate(figures(viewer)["Model area"])
    }

    assert mask.evaluate(BRIGHT_AT_THE_EDGES) == [True] * 4
    assert figures(viewer)["Model area"] == (
        f"{pixels_of[0]:,} px, {pixels_of[0] * 0.125:.0f} mm²",
        f"{pixels_of[1]:,} px, {pixels_of[1] * 0.0005:.1f} ml",
    )


def test_masks_are_saved_on_the_voxels_of_the_file_that_was_read(
    server: Any, page: Any, tmp_path: Path
) -> None:
    page.goto(f"{server.url}/viewer?study={server.ids['placed']}")
    viewer = viewer_of(page, server.ids["placed"])
    move(viewer, "threshold", TICKS.index(0.5))
    with page.expect_download() as download:
        viewer.locator('[data-role="save"]').select_option("masksNifti")
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    write_volumes(PLACED, PLACED_READING, tmp_path, 0.5)  # what `segment` writes

    found, wanted = nibabel.load(saved), nibabel.load(tmp_path / MASK_VOLUME)
    np.testing.assert_array_equal(np.asanyarray(found.dataobj), np.asanyarray(wanted.dataobj))
    np.testing.assert_allclose(found.affine, wanted.affine, atol=1e-5)
    assert saved.name.endswith(".nii.gz")
    assert b"Not for diagnosis" in found.header["descrip"].tobytes()


def test_where_files_do_not_say_how_slices_lie_no_volume_is_offered(
    server: Any, opened: Any, viewer: Any
) -> None:
    assert viewer.locator('[value="masksNifti"]').get_attribute("hidden") is not None


def test_without_a_calibration_nothing_is_flagged(server: Any, page: Any) -> None:
    page.goto(f"{server.url}/viewer?study={server.ids['raw']}")
    viewer = viewer_of(page, server.ids["raw"])

    assert figures(viewer)["Raw score"][0] == "0.999"
    assert text(viewer, "strip-legend").startswith("not calibrated")
    assert "flagged" not in text(viewer, "measures")


LINE_BETWEEN_BARS = """strip => {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [strip.width / ratio, strip.height / ratio];
  const between = Math.round(15 + (width - 30) / 16);
  const row = Math.round((height - 15) - 0.98 * (height - 17));
  const box = [between - 12, row - 1, 24, 3].map((side) => side * ratio);
  const { data } = strip.getContext("2d").getImageData(...box);
  return data.some((value, at) => at % 4 === 3 && value > 0);
}"""
"""Whether anything is drawn between the bars of slices 1 and 2 of 9, at confidence 0.98."""


@pytest.mark.parametrize(("which", "drawn"), [("usual", True), ("raw", False)])
def test_the_strip_has_a_threshold_line_only_for_calibrated_confidence(
    server: Any, page: Any, which: str, drawn: bool
) -> None:
    page.goto(f"{server.url}/viewer?study={server.ids[which]}")
    viewer = viewer_of(page, server.ids[which])

    assert viewer.locator('[data-role="strip"]').evaluate(LINE_BETWEEN_BARS) is drawn


def test_confidence_is_cut_and_flagged_as_on_the_other_pages(server: Any, page: Any) -> None:
    page.goto(f"{server.url}/viewer?study={server.ids['close']}")
    viewer = viewer_of(page, server.ids["close"])
    shown = []
    for slice_number in range(1, 5):
        move(viewer, "slice", slice_number)
        shown.append(figures(viewer)["Confidence"][0])

    assert shown == ["0.979", "0.979", "0.950", "0.980, flagged"]


def test_keys_act_without_a_click_once_a_study_is_shown(server: Any, page: Any) -> None:
    page.goto(f"{server.url}/viewer?study={server.study_id}")
    viewer = viewer_of(page, server.study_id)
    page.keyboard.press("Home")

    viewer.locator("xpath=self::*[@data-slice='1']").wait_for()


def test_a_flagged_slice_is_called_so(viewer: Any) -> None:
    move(viewer, "slice", 9)
    assert figures(viewer)["Confidence"][0] == "0.999, flagged"
    move(viewer, "slice", 8)
    assert "flagged" not in figures(viewer)["Confidence"][0]
