"""The app and a Chromium for benchmarks that drive a browser. It measures nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.app_server import installed_chromium, start_server


def needed_chromium() -> str:
    """The path of this machine's Chromium. Ends the benchmark where there is none."""
    chromium = installed_chromium()
    if chromium is None:
        raise SystemExit("benchmark: expected an installed Chromium, found none. Install one.")
    return chromium


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The app over the workspace `home`, by its address, while the block lasts."""
    server = start_server(home, home / "log.txt")
    try:
        yield server.url
    finally:
        server.stop()
