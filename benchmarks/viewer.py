"""Times the viewer in a headless Chromium: a made study of 100 slices, four panes of some 512 px.

    python -m benchmarks.viewer [--slices 100] [--seconds 4]

The last line holds the figures as `name value` pairs: frames a second while the
threshold moves and while the slice moves; messages to the server meanwhile; seconds from
the click to the first slice and to the whole study in the loaded app; seconds of a cold
page by its own address; slices not painted while paging a slice a frame; the page's memory,
bytes and canvases included.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from scipy.ndimage import gaussian_filter

from benchmarks.plain_page import FIND_VIEWER, PlainPage
from benchmarks.served import needed_chromium, served
from seg_core.data.phantom import phantom_study
from seg_core.study import EngineInfo, Reading, Study
from tests.browser.app_server import FLAGS
from tests.browser.made_studies import put_on_shelf
from tests.browser.screen import viewer_of

WIDTH, HEIGHT = 2120, 1100  # of the window: four panes of 512 pixels in a row

SWEEP = """async (viewer, [role, milliseconds]) => {
  const input = viewer.querySelector(`[data-role="${role}"]`);
  const last = Number(input.max), first = Number(input.min);
  const gaps = [];
  const until = performance.now() + milliseconds;
  let before = await new Promise(requestAnimationFrame), at = first, way = 1;
  while (before < until) {
    input.value = at;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    at += way;
    if (at >= last || at <= first) way = -way;
    const now = await new Promise(requestAnimationFrame);
    gaps.push(now - before);
    before = now;
  }
  return gaps;
}"""

PAGE_THROUGH = """async (viewer) => {
  const painted = new Set();
  const watch = new MutationObserver(() => painted.add(viewer.dataset.slice));
  watch.observe(viewer, { attributes: true, attributeFilter: ["data-slice"] });
  const input = viewer.querySelector('[data-role="slice"]');
  for (let slice = 1; slice <= Number(input.max); slice++) {
    input.value = slice;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise(requestAnimationFrame);
  }
  await new Promise((done) => setTimeout(done, 100));
  watch.disconnect();
  return Number(input.max) - painted.size;
}"""


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--slices", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=4.0)
    args = parser.parse_args(argv)
    chromium = needed_chromium()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        ids = [put_study(home, seed, args.slices) for seed in (1, 2)]
        with served(home) as url:
            figures = measure(chromium, url, ids, args.seconds)
    print(" ".join(f"{name} {value:.3g}" for name, value in figures.items()))


def put_study(home: Path, seed: int, slices: int) -> str:
    """A phantom on the shelf with a stand-in reading; its id."""
    study = phantom_study(seed, slices=slices)
    return put_on_shelf(home, study, stand_in_reading(study))


def stand_in_reading(study: Study) -> Reading:
    """The truth with blurred edges: something to draw and count, no network's result."""
    assert study.truth is not None
    probability = gaussian_filter(study.truth.astype(np.float32), sigma=(0.0, 4.0, 4.0))
    confidence = probability.reshape(len(study), -1).max(axis=1)
    engine = EngineInfo("none", "f32", "none")
    return Reading("stand-in", "1", "0" * 64, engine, probability, confidence, False, 0.5, 0.98)


def measure(chromium: str, url: str, ids: list[str], seconds: float) -> dict[str, float]:
    """All figures, from one page of one browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        sent: list[str] = []
        page.on("websocket", lambda ws: ws.on("framesent", lambda _: sent.append("message")))
        cold = seconds_to_open(page, f"{url}/viewer?study={ids[0]}", ids[0])
        page.wait_for_timeout(2000)
        page.locator(".viewer").press("PageUp")  # packs the second study, then back
        viewer_of(page, ids[1])
        page.locator(".viewer").press("PageDown")
        viewer_of(page, ids[0])
        first, loaded = opening(page, ids[1])
        sent.clear()
        viewer = viewer_of(page, ids[1])
        gaps = {role: viewer.evaluate(SWEEP, [role, 1000 * seconds]) for role in SWEPT}
        dropped = viewer.evaluate(PAGE_THROUGH)
        messages = len(sent)
        memory = memory_of_reading(browser, url, ids, seconds)
        browser.close()
    for role, found in gaps.items():
        print(
            f"{role}: median gap {statistics.median(found):.1f} ms, "
            f"95th percentile {float(np.percentile(found, 95)):.1f} ms",
            flush=True,
        )
    return {
        "fps": min(1000 / statistics.fmean(found) for found in gaps.values()),
        "messages": messages,
        "first_slice_s": first,
        "loaded_s": loaded,
        "cold_s": cold,
        "dropped": dropped,
        "memory_mb": memory,
    }


SWEPT = ("threshold", "slice")


def memory_of_reading(browser: Any, url: str, ids: list[str], seconds: float) -> float:
    """MB after three changes of study and the same drags, in a page that nobody inspects."""
    for context in browser.contexts:
        context.close()
    beside = browser.new_page()
    page = PlainPage(browser, beside, f"{url}/viewer?study={ids[0]}", WIDTH, HEIGHT)
    page.wait_for_study(ids[0])
    for key, study_id in (("PageUp", ids[1]), ("PageDown", ids[0]), ("PageUp", ids[1])):
        page.press(key)
        page.wait_for_study(study_id)
    for role in SWEPT:
        page.evaluate(f"({SWEEP})({FIND_VIEWER}, {json.dumps([role, 1000 * seconds])})")
    return page_process_mb(browser)


def page_process_mb(browser: Any) -> float:
    """Memory of the process that holds the page (PSS: what it shares counts by its share), in MB.

    The script's own heap is a small part of it: the study's bytes and the canvases lie outside.
    """
    told = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    pids = [found["id"] for found in told["processInfo"] if found["type"] == "renderer"]
    sizes = [psutil.Process(pid).memory_full_info().pss for pid in pids]
    return max(sizes) / 1e6  # the others stand by for pages to come


def seconds_to_open(page: Any, address: str, study_id: str) -> float:
    """From the address to the whole study on screen, in a page that had nothing loaded."""
    start = time.monotonic()
    page.goto(address)
    viewer_of(page, study_id)
    return time.monotonic() - start


def opening(page: Any, study_id: str) -> tuple[float, float]:
    """Seconds from the key to the first slice, and to the whole study, in the loaded app."""
    start = time.monotonic()
    page.locator(".viewer").press("PageUp")
    page.locator(f".viewer[data-study='{study_id}'][data-first-slice-ms]").wait_for()
    first = time.monotonic() - start
    viewer_of(page, study_id)
    return first, time.monotonic() - start


if __name__ == "__main__":
    main()
