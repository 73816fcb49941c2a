"""From Home to triage and from triage into the viewer, as a reviewer clicks."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.made_studies import make_reading, make_study, put_on_shelf
from tests.browser.screen import text, viewer_of

FLAGGED = 9
"""The only slice of the made reading at or above 0.98."""


@pytest.fixture(scope="module")
def study_id(tmp_path_factory: pytest.TempPathFactory) -> str:
    return put_on_shelf(_home(tmp_path_factory), make_study(3), make_reading(make_study(3), 3))


@pytest.fixture(scope="module")
def url(study_id: str, start_app: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(start_app(_home(tmp_path_factory)).url)


@pytest.fixture(scope="module")
def tab(open_tab: Callable[[], Any], url: str) -> Any:
    return open_tab()


def test_home_leads_to_triage_in_one_click(tab: Any, url: str) -> None:
    tab.goto(url)

    tab.get_by_role("button", name="Triage").click()

    tab.get_by_role("heading", name=f"Flagged: {FLAGGED}").wait_for()


def test_a_picture_opens_its_slice_in_the_viewer(tab: Any, url: str, study_id: str) -> None:
    tab.goto(f"{url}/triage")

    picture = tab.get_by_role("button", name="7 · ")
    _covers_its_picture(picture)
    picture.click()

    assert text(viewer_of(tab, study_id), "slice-value") == "7 / 9"


def test_a_bar_of_the_strip_opens_its_slice_in_the_viewer(
    tab: Any, url: str, study_id: str
) -> None:
    tab.goto(f"{url}/triage")
    bars = tab.locator(".js-plotly-plot .bars .point")
    bars.nth(8).wait_for()
    box = bars.nth(3).bounding_box()

    tab.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] - 1)

    assert text(viewer_of(tab, study_id), "slice-value") == "4 / 9"


def test_coming_back_to_triage_does_not_leave_it_again(tab: Any, url: str, study_id: str) -> None:
    tab.goto(f"{url}/triage")
    tab.get_by_role("button", name="7 · ").click()
    viewer_of(tab, study_id)

    tab.get_by_role("link", name="Triage").click()

    tab.get_by_role("heading", name=f"Flagged: {FLAGGED}").wait_for()
    tab.wait_for_timeout(700)
    assert "/triage" in tab.url


def test_the_threshold_moves_what_is_flagged(tab: Any, url: str) -> None:
    tab.goto(f"{url}/triage")
    thumb = tab.get_by_role("slider", name="Confidence threshold")
    thumb.wait_for()

    for _ in range(8):  # 0.98 down to 0.96 in steps of 0.0025
        thumb.press("ArrowLeft")

    tab.get_by_text("at or above 0.96").wait_for()


def test_the_table_is_saved_as_it_stands_at_the_threshold(tab: Any, url: str) -> None:
    tab.goto(f"{url}/triage")
    thumb = tab.get_by_role("slider", name="Confidence threshold")
    thumb.press("Home")
    tab.get_by_text("at or above 0.5").wait_for()

    with tab.expect_download() as taken:
        tab.get_by_role("button", name="Download triage.csv").click()

    rows = csv.DictReader(Path(taken.value.path()).read_text().splitlines())
    assert [row["slice"] for row in rows if row["flagged"] == "true"] == ["5", "6", "7", "8", "9"]


def _covers_its_picture(button: Any) -> None:
    """A click anywhere on the picture is one on the button."""
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box["width"] > 100
    assert box["height"] > 100


def _home(factory: pytest.TempPathFactory) -> Path:
    home = factory.getbasetemp() / "triage-home"
    home.mkdir(exist_ok=True)
    return home
