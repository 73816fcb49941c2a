"""What browser tests read off the viewer's screen, and how they move it. It asserts nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

SAMPLE = """(viewer, [pane, width, height]) => {
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
      const at = 4 * (row * canvas.width + column);
      out.push(data[at], data[at + 1], data[at + 2]);
    }
  }
  return out;
}"""

MOVE = """async (viewer, [role, value]) => {
  const input = viewer.querySelector(`[data-role="${role}"]`);
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""


def viewer_of(page: Any) -> Any:
    """The viewer's root, once every byte of its study is there and painted."""
    page.locator(".viewer[data-state=loaded]").wait_for()
    return page.locator(".viewer")


def pixels(viewer: Any, pane: str, height: int, width: int) -> np.ndarray:
    """uint8 (height, width, 3): the colour at the middle of each slice pixel of a pane."""
    values = viewer.evaluate(SAMPLE, [pane, width, height])
    return np.array(values, np.uint8).reshape(height, width, 3)


def move(viewer: Any, role: str, value: int) -> None:
    """Put a slider (`slice`, `threshold`, `opacity`) on a value and wait for the repaint."""
    viewer.evaluate(MOVE, [role, value])


def text(viewer: Any, role: str) -> str:
    """What an element of the viewer says."""
    return str(viewer.locator(f'[data-role="{role}"]').text_content())


def figures(viewer: Any) -> dict[str, tuple[str, str]]:
    """The table of measures: row head -> (slice, study)."""
    rows = viewer.locator('[data-role="measures"] tbody tr')
    found = [rows.nth(i).locator("th, td").all_text_contents() for i in range(rows.count())]
    return {head: (of_slice, of_study) for head, of_slice, of_study in found}
