"""Every page by its own address, as the first one asked of a fresh server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

PAGES = {
    "": "Home",
    "worklist": "Worklist",
    "viewer": "Viewer",
    "triage": "Triage",
    "training": "Training",
    "evaluation": "Evaluation",
    "models": "Models",
}


@pytest.fixture(scope="module")
def server(start_app: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """For tests that want no fresh one."""
    return start_app(tmp_path_factory.mktemp("home"))


@pytest.mark.parametrize(("address", "title"), PAGES.items())
def test_a_page_opens_by_its_own_address(server: Any, page: Any, address: str, title: str) -> None:
    opens(page, server, address, title)


def test_a_page_opens_by_its_own_address_as_the_first_of_a_fresh_server(
    start_app: Any, page: Any, tmp_path: Path
) -> None:
    opens(page, start_app(tmp_path), "models", PAGES["models"])


def opens(page: Any, server: Any, address: str, title: str) -> None:
    """The page is there, by its name, and nothing went wrong on it."""
    page.goto(f"{server.url}/{address}")

    page.get_by_text("Research use only. Not for diagnosis.").first.wait_for()
    page.get_by_role("link", name=title).first.wait_for()
    page.wait_for_timeout(700)
    assert page.title() == f"{title} - Second Reader"
    assert page.get_by_text("Page not found").count() == 0
    assert page.get_by_test_id("stException").count() == 0
    assert page.get_by_role("link", name="Triage").count() >= 1


def test_a_page_that_the_list_does_not_name_is_not_found(server: Any, chromium: Any) -> None:
    page = chromium.new_page()  # not the fixture: Streamlit reports the address to the console
    page.goto(f"{server.url}/main")

    page.get_by_text("Page not found").wait_for()
    page.close()


def test_the_app_asks_no_other_host(server: Any, page: Any) -> None:
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))
    page.goto(f"{server.url}/viewer")
    page.get_by_role("button", name="Open the demo").wait_for()

    assert asked == {server.url.removeprefix("http://")}
