"""A finished evaluation in the browser: charts, pictures and what is downloaded."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

from tests.pages.evaluations import make_evaluation

RUN = "20260101-000000-paper-aaaa"


def test_an_evaluation_is_looked_at_and_taken_home(
    start_app: Any, page: Any, tmp_path: Path
) -> None:
    make_evaluation(tmp_path / "runs" / RUN / "evaluation" / "test", subject=RUN)
    server = start_app(tmp_path)
    page.goto(f"{server.url}/evaluation")

    page.get_by_text("0.8498").first.wait_for(timeout=90_000)  # a cold server loads SciPy first
    page.locator(".js-plotly-plot").first.wait_for()
    page.get_by_text("Slices", exact=True).click()
    page.get_by_text("ROC of slices").wait_for()
    page.locator(".js-plotly-plot").nth(1).wait_for()
    page.get_by_text("Pictures", exact=True).click()
    picture = page.get_by_role("img", name="best: ").first
    picture.wait_for()
    assert picture.evaluate("image => image.naturalWidth") == 4 * 64 + 3 * 4

    page.get_by_text("Downloads").click()
    with page.expect_download() as taken:
        page.get_by_role("button", name="report.html").click()
    content = Path(taken.value.path()).read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:12]
    assert re.fullmatch(rf"{RUN}-test-report-{digest}\.html", taken.value.suggested_filename)

    page.set_content(content.decode())  # the file by itself
    page.get_by_role("heading", name=RUN).wait_for()
    assert page.get_by_role("img", name="best: ").first.evaluate("image => image.naturalWidth")
