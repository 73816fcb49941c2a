"""What the viewer hands over in a real Chromium: files, and bytes to whom they were granted."""

from __future__ import annotations

import gzip
import hashlib
import re
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from pages.components.slice_viewer.route import TOKEN_HEADER
from pages.components.slice_viewer.ticks import slider_ticks
from seg_core.sixteen_bits import STEPS
from seg_core.store.study_file import quantise
from tests.browser.made_studies import MODEL, SIZE, make_reading, make_study, put_on_shelf
from tests.browser.screen import drag_along, move, pixels, show_plainly, viewer_of

STUDY = make_study(seed=1)
READING = make_reading(STUDY, seed=2)
TICKS = slider_ticks(READING.pixel_threshold)


@pytest.fixture(scope="module")
def server(start_app: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    home = tmp_path_factory.mktemp("home")
    study_id = put_on_shelf(home, STUDY, READING)
    started = start_app(home)
    started.study_id = study_id
    return started


def kept() -> np.ndarray:
    """float32 (n, h, w): the probability as the shelf keeps it, in steps of 1 / 65,535."""
    return quantise(READING.probability).astype(np.float32) / np.float32(STEPS)


@pytest.mark.parametrize(
    ("kind", "ending"), [("picture", "png"), ("mask", "png"), ("measures", "csv")]
)
def test_what_is_saved_bears_its_contents_hash_in_its_name(
    opened: Any, viewer: Any, tmp_path: Path, kind: str, ending: str
) -> None:
    with opened.expect_download() as download:
        viewer.locator('[data-role="save"]').select_option(kind)
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)

    stem, _, digest = saved.stem.rpartition("_")
    assert digest == hashlib.sha256(saved.read_bytes()).hexdigest()[:16]
    assert stem.startswith("MADE_1")
    assert saved.suffix == f".{ending}"


SLOW_PNG = """() => {
  const toBlob = HTMLCanvasElement.prototype.toBlob;
  HTMLCanvasElement.prototype.toBlob = function (...args) {
    setTimeout(() => toBlob.apply(this, args), 800);
    HTMLCanvasElement.prototype.toBlob = toBlob;
  };
}"""
"""The next picture takes as long to be encoded as a large one on a slow machine."""


@pytest.mark.parametrize("kind", ["picture", "mask"])
def test_a_file_is_named_after_the_slice_that_it_holds_though_the_view_moves_on(
    opened: Any, viewer: Any, tmp_path: Path, kind: str
) -> None:
    move(viewer, "slice", 4)
    opened.evaluate(SLOW_PNG)
    with opened.expect_download() as download:
        viewer.locator('[data-role="save"]').select_option(kind)
        move(viewer, "slice", 6)
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)

    assert "_slice-4_" in saved.name
    with Image.open(saved) as image:
        assert "slice 4 of" in image.info["Description"]


def test_the_saved_mask_and_measures_are_those_on_screen(
    opened: Any, viewer: Any, tmp_path: Path
) -> None:
    mask = kept()[3] >= np.float32(0.5)
    move(viewer, "slice", 4)
    move(viewer, "threshold", TICKS.index(0.5))
    saved = {}
    for kind in ("mask", "measures"):
        with opened.expect_download() as download:
            viewer.locator('[data-role="save"]').select_option(kind)
        saved[kind] = tmp_path / kind
        download.value.save_as(saved[kind])

    assert np.array_equal(np.asarray(Image.open(saved["mask"]).convert("L")) == 255, mask)
    lines = saved["measures"].read_text("utf-8").splitlines()
    assert "Research use only. Not for diagnosis." in lines[0]
    assert f"{MODEL} 1" in lines[0]
    assert lines[5].split(",")[3] == str(mask.sum())


def test_a_ruler_says_pixels_where_the_spacing_is_unknown_and_can_be_taken_away(
    opened: Any, viewer: Any
) -> None:
    show_plainly(viewer)
    viewer.press("Escape")
    bare = pixels(viewer, "truth", SIZE, SIZE)
    viewer.press("m")
    drag_along(opened, viewer.locator('[data-pane="original"] canvas'))
    viewer.press("m")
    with opened.expect_download() as download:
        viewer.locator('[data-role="save"]').select_option("measures")

    last = Path(download.value.path()).read_text("utf-8").splitlines()[-1]
    assert last.startswith("# length on slice")
    assert last.endswith(" px")
    assert not np.array_equal(pixels(viewer, "truth", SIZE, SIZE), bare)
    viewer.press("Delete")
    opened.mouse.move(5, 5)
    opened.wait_for_timeout(300)
    assert np.array_equal(pixels(viewer, "truth", SIZE, SIZE), bare)


def test_masks_are_saved_as_tiff_a_page_a_slice(opened: Any, viewer: Any, tmp_path: Path) -> None:
    move(viewer, "slice", 4)
    move(viewer, "threshold", TICKS.index(0.5))
    expected = kept() >= np.float32(0.5)
    for kind, wanted in (("maskTiff", expected[3]), ("masksTiff", expected)):
        with opened.expect_download() as download:
            viewer.locator('[data-role="save"]').select_option(kind)
        saved = tmp_path / download.value.suggested_filename
        download.value.save_as(saved)

        found = tifffile.imread(saved)
        assert found.dtype == np.uint8
        assert set(np.unique(found)) == {0, 255}
        assert np.array_equal(found == 255, wanted)
        digest = hashlib.sha256(saved.read_bytes()).hexdigest()[:16]
        assert saved.stem.endswith(f"_{digest}")
        with tifffile.TiffFile(saved) as tiff:
            said = tiff.pages[0].description  # type: ignore[union-attr]
        assert "Research use only. Not for diagnosis." in said
        assert "pixel threshold 0.50" in said


def test_the_bytes_are_handed_only_to_the_session_that_was_granted_them(
    server: Any, page: Any
) -> None:
    asked: list[tuple[str, str]] = []
    page.on("request", lambda r: asked.append((r.url, r.headers.get(TOKEN_HEADER, ""))))
    page.goto(f"{server.url}/viewer?study={server.study_id}")
    viewer_of(page, server.study_id)
    whole = [(url, token) for url, token in asked if re.search(r"/viewer-bytes/[0-9a-f]{64}$", url)]

    assert len(whole) == 3  # images, truth, reading: each once
    url, token = whole[0]
    assert all(token not in address for address, _ in asked)
    status, headers, body = get(url, token)
    assert (status, headers["Content-Encoding"], headers["Cache-Control"]) == (
        200,
        "gzip",
        "no-store",
    )
    assert len(gzip.decompress(body)) == STUDY.slices.size
    for address, given in ((url, ""), (url, token[::-1]), (url[:-4] + "0000", token)):
        assert get(address, given)[0] == 404


def get(url: str, token: str) -> tuple[int, Any, bytes]:
    """Status, headers and body of a plain request with this token."""
    request = urllib.request.Request(url, headers={TOKEN_HEADER: token})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, b""
