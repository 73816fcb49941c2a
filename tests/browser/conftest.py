"""What browser tests share: an installed Chromium, and the whole app on a server of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.browser.app_server import CHROMIUMS, FLAGS, Server, installed_chromium, start_server
from tests.browser.screen import viewer_of

StartApp = Callable[..., Server]


@pytest.fixture(scope="module")
def chromium(unavailable: Callable[[str, str], NoReturn]) -> Iterator[Any]:
    """A headless Chromium from this machine's packages."""
    from playwright.sync_api import sync_playwright

    found = installed_chromium()
    if found is None:
        unavailable("browser", f"no Chromium was found (looked for {', '.join(CHROMIUMS)})")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A tab of a fresh profile, 1280 x 720; the test fails when its console saw an error."""
    yield from _tab(chromium)


@pytest.fixture(scope="module")
def open_tab(chromium: Any, start_app: StartApp) -> Iterator[Callable[[], Any]]:
    """Call it for a tab that the tests of a module share; checked as `page` is, at the end.

    It asks for `start_app` so that its tabs are closed before their servers stop.
    """
    with ExitStack() as tabs:
        yield lambda: tabs.enter_context(contextmanager(_tab)(chromium))


@pytest.fixture(scope="module")
def opened(server: Any, open_tab: Any) -> Any:
    """A page with the study `study_id` of the module's server, in the viewer.

    Tests share it and say themselves where they start.
    """
    page = open_tab()
    page.goto(f"{server.url}/viewer?study={server.study_id}")
    viewer_of(page, server.study_id)
    return page


@pytest.fixture
def viewer(server: Any, opened: Any) -> Any:
    return viewer_of(opened, server.study_id)


def _tab(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.set_default_timeout(30_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if _is_error(line) else None)
    page.on("response", lambda got: errors.append(_told(got)) if _is_refused(got) else None)
    yield page
    context.close()
    assert errors == []


@pytest.fixture(scope="module")
def start_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartApp]:
    """Call with (home, *data roots, entry): starts an app on a fresh server and waits for it."""
    servers: list[Server] = []

    def start(home: Path, *roots: Path, entry: str = "app.py") -> Server:
        log = tmp_path_factory.mktemp("server") / "log.txt"
        servers.append(start_server(home, log, roots, entry))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


def _is_error(line: Any) -> bool:
    """An answer that refuses has its line too, but the line may lack its address."""
    told_by_address = ("the server responded with a status of", GONE_MEANWHILE)
    return line.type == "error" and not any(words in line.text for words in told_by_address)


def _is_refused(got: Any) -> bool:
    """Streamlit asks for two addresses below a deep link that do not exist, and once for each file
    that it offers, which may be gone where the page changes quickly; all are harmless."""
    below = got.url.endswith(("/_stcore/health", "/_stcore/host-config"))
    offered = "/media/" in got.url and got.request.resource_type == "fetch"
    return got.status >= 400 and not (got.status == 404 and (below or offered))


GONE_MEANWHILE = "Download Button source error - 404"


def _told(got: Any) -> str:
    return f"{got.status} {got.url}"
