"""Times the worklist in a headless Chromium: many studies, most read by a model, some by Ada.

    python -m benchmarks.worklist [--studies 10000] [--rounds 3]

The last line holds the medians as `name value` pairs: seconds from the address of a page that had
nothing loaded to its table; from the last key of a search to the shorter table; from the choice of
another order to the table in it; and processor seconds of the store's answer alone.
"""

from __future__ import annotations

import argparse
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.served import needed_chromium, served
from seg_core.settings import Settings
from seg_core.store import MAIN, ReadingRoom, StudyShelf, Verdict, readings, studies
from seg_core.study import EngineInfo, Reading, Study
from tests.browser.app_server import FLAGS

SLICES = 60
READ_BY_A_MODEL, READ_BY_ADA = 0.7, 0.15  # shares of the studies
WANTED = "CASE_0012"


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--studies", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args(argv)
    chromium = needed_chromium()
    with tempfile.TemporaryDirectory() as folder:
        query = fill(Path(folder), args.studies)
        with served(Path(folder)) as url:
            rounds = [measure(chromium, url, args.studies) for _ in range(args.rounds)]
    figures = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
    figures["query_cpu_s"] = query
    told = " ".join(f"{name} {value:.3g}" for name, value in figures.items())
    print(f"studies {args.studies} {told}")


def fill(home: Path, count: int) -> float:
    """Put `count` studies without pixels into the workspace; seconds of the store's own answer."""
    shelf, rng = StudyShelf(Settings(home=home)), np.random.default_rng(0)
    room = ReadingRoom(shelf.store)
    seat = room.sit("benchmark", "Ada")
    pixels = np.zeros((SLICES, 8, 8, 3), np.uint8)
    files = tuple(f"{i}.tif" for i in range(SLICES))
    ids = [secrets.token_hex(12) for _ in range(count)]
    with shelf.store.writing() as connection:
        for i, study_id in enumerate(ids):
            study = Study(f"CASE_{i:05d}", "made", files, pixels)
            studies.insert_study(connection, study_id, study, secrets.token_hex(12))
        for study_id in ids[: round(READ_BY_A_MODEL * count)]:
            readings.insert_reading(connection, study_id, _reading(rng), "none.npz")
    room.set_mode(seat, MAIN, "concurrent")  # findings are shown, and have to be sorted
    for study_id in ids[: round(READ_BY_ADA * count) : 10]:
        room.seal(seat, study_id, Verdict("no"))
    begun = time.process_time()
    room.worklist(seat, "worklist")
    spent = time.process_time() - begun
    shelf.close()
    return spent


def _reading(rng: np.random.Generator) -> Reading:
    confidence = rng.random(SLICES).astype(np.float32) ** 8
    engine = EngineInfo("none", "f32", "none")
    nothing = np.zeros((SLICES, 1, 1), np.float32)
    return Reading("stand-in", "1", "0" * 64, engine, nothing, confidence, True, 0.5, 0.98)


def measure(chromium: str, url: str, count: int) -> dict[str, float]:
    """One round, in a browser of its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(60_000)
        opened = _seconds(lambda: _show(page, f"{url}/worklist", f"{count:,} studies of {count:,}"))
        found = len([i for i in range(count) if WANTED in f"CASE_{i:05d}"])
        field = page.get_by_role("textbox", name="Search")
        field.fill(WANTED)

        def search() -> None:
            field.press("Enter")
            _said(page, f"{found} studies of {count:,}")

        searched = _seconds(search)
        field.fill("")
        field.press("Enter")
        _said(page, f"{count:,} studies of {count:,}")
        page.get_by_role("combobox", name="Order").click()
        by_name = page.get_by_role("option", name="Name", exact=True)
        first = page.locator("td[role=gridcell]", has_text="CASE_00000").first

        def sort() -> None:
            by_name.click()
            first.wait_for(state="attached")

        ordered = _seconds(sort)
        browser.close()
    return {"page_s": opened, "search_s": searched, "sort_s": ordered}


def _show(page: Any, address: str, words: str) -> None:
    page.goto(address)
    _said(page, words)
    page.locator("[data-testid=stDataFrame] canvas").first.wait_for()


def _said(page: Any, words: str) -> None:
    """Until the line above the table says so, and nothing is under way."""
    page.get_by_text(words).wait_for()
    page.locator("[data-test-script-state=notRunning]").wait_for(state="attached")


def _seconds(act: Callable[[], None]) -> float:
    begun = time.monotonic()
    act()
    return time.monotonic() - begun


if __name__ == "__main__":
    main()
