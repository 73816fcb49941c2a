"""What browser tests read off the viewer's screen, and how they move it. It asserts nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

SAMPLE = """
const sample = (viewer, pane, width, height) => {
  const canvas = viewer.querySelector(`[data-pane="${pane}"] .glass canvas`);
  const scale = Math.min(canvas.width / width, canvas.height / height);
  const left = canvas.width / 2 - (width * scale) / 2;
  const top = canvas.height / 2 - (height * scale) / 2;
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const out = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const column = Math.floor(left + (x + 0.5) * scale);
      const row = Math.floor(top + (y + 0.5) * scale);
      out.push(4 * (row * canvas.width + column));
    }
  }
  return out.map((at) => [data[at], data[at + 1], data[at + 2]]);
};
const move = async (viewer, role, value) => {
  const input = viewer.querySelector(`[data-role="${role}"]`);
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
};
"""
"""Script that the calls below share: colours at the middle of each slice pixel; a slider moved."""


def viewer_of(page: Any, study_id: str) -> Any:
    """The viewer's root, once every byte of that study is there and painted."""
    page.locator(f".viewer[data-state=loaded][data-study='{study_id}']").wait_for()
    return page.locator(".viewer")


def pixels(viewer: Any, pane: str, height: int, width: int) -> np.ndarray:
    """uint8 (height, width, 3): the colour at the middle of each slice pixel of a pane."""
    script = f"(viewer, [pane, w, h]) => {{ {SAMPLE} return sample(viewer, pane, w, h); }}"
    values = viewer.evaluate(script, [pane, width, height])
    return np.array(values, np.uint8).reshape(height, width, 3)


def masks_at_every_tick(viewer: Any, ticks: int, height: int, width: int) -> np.ndarray:
    """bool (ticks, height, width): the mask pane with the threshold slider on each of its ticks."""
    loop = """for (let tick = 0; tick < ticks; tick++) {
        await move(viewer, "threshold", tick);
        found.push(sample(viewer, "mask", w, h).map((colour) => (colour[0] ? "1" : "0")).join(""));
    }"""
    script = f"""async (viewer, [ticks, w, h]) => {{ {SAMPLE}
        const found = []; {loop} return found; }}"""
    rows = viewer.evaluate(script, [ticks, width, height])
    return np.array([[c == "1" for c in row] for row in rows]).reshape(ticks, height, width)


def move(viewer: Any, role: str, value: int) -> None:
    """Put a slider (`slice`, `threshold`, `opacity`) on a value and wait for the repaint."""
    script = f"async (viewer, [role, value]) => {{ {SAMPLE} await move(viewer, role, value); }}"
    viewer.evaluate(script, [role, value])


def text(viewer: Any, role: str) -> str:
    """What an element of the viewer says."""
    return str(viewer.locator(f'[data-role="{role}"]').text_content())


def figures(viewer: Any) -> dict[str, tuple[str, str]]:
    """The table of measures: row head -> (slice, study)."""
    rows = viewer.locator('[data-role="measures"] tbody tr')
    found = [rows.nth(i).locator("th, td").all_text_contents() for i in range(rows.count())]
    return {head: (of_slice, of_study) for head, of_slice, of_study in found}


def drag_along(page: Any, element: Any) -> None:
    """Press at a quarter of an element's width and drag to three quarters."""
    box = element.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.25, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, middle + 5, steps=25)
    page.mouse.up()


def show_plainly(viewer: Any) -> None:
    """No contours, no smoothing, the full window: a pane's colours are the slice's intensities."""
    for name in ("showModel", "showTruth", "smooth"):
        button = viewer.locator(f'[data-toggle="{name}"]')
        if button.get_attribute("aria-pressed") == "true":
            button.click()
    viewer.locator('[data-role="window"]').select_option("full window")
