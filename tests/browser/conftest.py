"""What browser tests share: an installed Chromium, and the whole app on a server of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import pytest

PROJECT = Path(__file__).resolve().parents[2]
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
)
SERVER_START_S = 40.0


@dataclass
class Server:
    """A running app: `url` without a slash at its end, and the workspace that it serves."""

    url: str
    home: Path
    log: Path
    process: subprocess.Popen[bytes] = field(repr=False)


StartApp = Callable[..., Server]


@pytest.fixture(scope="session")
def chromium(unavailable: Callable[[str, str], NoReturn]) -> Iterator[Any]:
    """A headless Chromium from this machine's packages."""
    from playwright.sync_api import sync_playwright

    found = next((path for name in CHROMIUMS if (path := shutil.which(name))), None)
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
def open_tab(chromium: Any) -> Iterator[Callable[[], Any]]:
    """Call it for a tab that the tests of a module share; checked as `page` is, at the end."""
    with ExitStack() as tabs:
        yield lambda: tabs.enter_context(contextmanager(_tab)(chromium))


def _tab(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.set_default_timeout(30_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if _is_unknown_error(line) else None)
    yield page
    context.close()
    assert errors == []


@pytest.fixture(scope="module")
def start_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartApp]:
    """Call with (home, *data roots): starts the app on a fresh server and waits for it."""
    servers: list[Server] = []

    def start(home: Path, *roots: Path) -> Server:
        log = tmp_path_factory.mktemp("server") / "log.txt"
        servers.append(_start(home, roots, log))
        _wait(servers[-1])
        return servers[-1]

    yield start
    for server in servers:
        server.process.terminate()
        server.process.wait(20)


def _start(home: Path, roots: tuple[Path, ...], log: Path) -> Server:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "SECOND_READER_HOME": str(home),
        "SECOND_READER_DATA": os.pathsep.join(map(str, roots)),
    }
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, f"--server.port={port}"],
            cwd=PROJECT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    return Server(f"http://127.0.0.1:{port}", home, log, process)


def _wait(server: Server) -> None:
    end = time.monotonic() + SERVER_START_S
    while time.monotonic() < end and server.process.poll() is None:
        try:
            urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=2).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    pytest.fail(f"the app did not start:\n{server.log.read_text('utf-8', 'replace')}")


def _is_unknown_error(line: Any) -> bool:
    """Streamlit asks for two addresses below a deep link that do not exist; both are harmless."""
    asked = line.location.get("url", "")
    known = asked.endswith(("/_stcore/health", "/_stcore/host-config")) and "404" in line.text
    return line.type == "error" and not known
