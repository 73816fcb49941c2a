"""Takes the README's picture: the demo study in the viewer, read by the shipped model.

    make picture        (or: python -m docs.picture docs/viewer.png)

It starts the app on a workspace of its own and drives an installed Chromium. The study is a
computed phantom, so no patient is shown.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.app_server import FLAGS, installed_chromium, start_server

SIZE = {"width": 1440, "height": 860}
COLOURS = 256
"""Colours of the stored picture: enough for this page, and half of the bytes."""


def take(path: Path) -> None:
    """Write the picture to `path`. Raises SystemExit where there is no Chromium."""
    chromium = installed_chromium()
    if chromium is None:
        raise SystemExit("expected an installed Chromium, found none. Install it and try again.")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = start_server(Path(folder) / "home", Path(folder) / "log.txt")
        try:
            browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
            page = browser.new_page(viewport=SIZE)
            page.set_default_timeout(120_000)
            page.goto(f"{server.url}/viewer")
            page.get_by_role("button", name="Open the demo").click()
            page.get_by_text("highest 0").wait_for()  # the reading is there
            page.get_by_text("Loading").wait_for(state="hidden")
            page.wait_for_timeout(1_000)  # painted
            page.screenshot(path=path)
            browser.close()
        finally:
            server.stop()
    Image.open(path).convert("RGB").quantize(COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    take(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/viewer.png"))
