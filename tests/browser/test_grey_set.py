"""Images by class in the browser: measured from the page, looked at, taken home."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from tests.evaluation.made_grey import make_grey_set
from tests.inference.networks import make_mean_network


def test_images_by_class_are_measured_from_the_page(
    start_app: Any, page: Any, tmp_path: Path
) -> None:
    make_mean_network(tmp_path / "home", name="bright")
    data = make_grey_set(tmp_path / "data" / "grey", 3)
    (data / "glioma" / "bad.jpg").write_bytes(b"\xff\xd8\xff broken")
    server = start_app(tmp_path / "home", tmp_path / "data")
    page.goto(f"{server.url}/evaluation")
    page.get_by_text("Images by class", exact=True).first.click(timeout=90_000)

    page.get_by_role("button", name="Measure").click()
    page.get_by_text("Of 3 images of notumor").wait_for(timeout=120_000)

    page.locator(".js-plotly-plot").first.wait_for()
    page.get_by_text("Gallery", exact=True).click()
    picture = page.get_by_role("img", name="gallery: glioma/glioma_").first
    picture.wait_for()
    assert picture.evaluate("image => image.naturalWidth") == 4 * 224 + 3 * 4
    page.get_by_text("Downloads").click()
    with page.expect_download() as taken:
        page.get_by_role("button", name="images.csv").click()
    with Path(taken.value.path()).open() as file:
        assert [row["class"] for row in csv.DictReader(file)] == ["glioma"] * 3 + ["notumor"] * 3
