"""Sections of a run's panel: its pictures, its log and its settings. They change nothing."""

from __future__ import annotations

import json
from pathlib import Path

import streamlit as st

from pages.components.charts import PART_COLOURS
from seg_core.errors import SecondReaderError
from seg_core.jobs import LocalLauncher
from seg_core.training.board import BoardEntry
from seg_core.training.curves import RunCurves
from seg_core.training.launch import differences
from seg_core.training.recipe import recipe_named
from seg_core.training.run_folder import RunFolder

LOG_TAIL = 32 * 1024
"""Bytes of log on screen: some three hundred lines."""

COLUMNS = 6
"""Epochs side by side among the pictures."""


def draw_pictures(folder: RunFolder, curves: RunCurves) -> None:
    """The same validation slices epoch by epoch, so that one sees the masks form."""
    shown = {epoch: files for epoch, files in curves.pictures.items() if epoch <= curves.last_epoch}
    if not shown:
        st.info("Pictures of a few validation slices appear after the first epoch.")
        return
    epochs = picked_epochs(sorted(shown), curves.best_epoch)
    st.caption("The same validation slices after each of these epochs, the newest first.")
    for epoch in reversed(epochs):
        mark = "  :blue[★ best]" if epoch == curves.best_epoch else ""
        st.markdown(f"**Epoch {epoch}**{mark}")
        paths = [path for name in shown[epoch] if (path := inside(folder.path, name)) is not None]
        columns = st.columns(max(len(paths), 1))
        for column, path in zip(columns, paths, strict=False):
            column.image(path.read_bytes(), width="stretch")


def picked_epochs(epochs: list[int], best: int | None) -> list[int]:
    """At most COLUMNS epochs, evenly apart, with the first, the best and the last."""
    if len(epochs) <= COLUMNS:
        return epochs
    step = (len(epochs) - 1) / (COLUMNS - 1)
    picked = {epochs[round(i * step)] for i in range(COLUMNS)}
    return sorted(picked | ({best} if best in epochs and best is not None else set()))


def inside(folder: Path, name: str) -> Path | None:
    """The file of that name within the folder, links resolved, or None."""
    path = (folder / name).resolve()
    return path if path.is_relative_to(folder.resolve()) and path.is_file() else None


def draw_log(entry: BoardEntry, launcher: LocalLauncher) -> None:
    """The newest lines: of the trainer's own log, or of its job while it has none."""
    text = log_tail(entry, launcher)
    if not text.strip():
        st.info("Nothing has been printed yet.")
        return
    with st.container(height=460, border=True, autoscroll=True):
        st.code(text, language=None, wrap_lines=True)


def log_tail(entry: BoardEntry, launcher: LocalLauncher) -> str:
    """The last lines; of a progress line that was printed over itself, the last state."""
    text = ""
    if entry.folder is not None and entry.folder.log_path.is_file():
        with entry.folder.log_path.open("rb") as file:
            file.seek(max(file.seek(0, 2) - LOG_TAIL, 0))
            text = file.read().decode("utf-8", "replace")
    if entry.job is not None:
        text = (text + "\n" if text else "") + launcher.logs(entry.job.id, -LOG_TAIL)[0]
    return "\n".join(line.split("\r")[-1] for line in text.split("\n"))


def draw_settings(folder: RunFolder) -> None:
    """What the run was asked, how it differs from its recipe, its split and where it ran."""
    try:
        recipe, split = folder.recipe(), folder.split()
    except SecondReaderError as error:
        st.error(str(error))
        return
    changed = differences(recipe, recipe_named(recipe.name)) if recipe.name == "paper" else {}
    left, right = st.columns(2)
    left.markdown(f"**Recipe `{recipe.name}`**")
    rows = flat(recipe.model_dump(mode="json"))
    left.dataframe(
        [
            {"setting": name, "value": str(value), "changed": name in changed}
            for name, value in rows.items()
        ],
        hide_index=True,
        height=420,
        column_config={"changed": st.column_config.CheckboxColumn(width="small")},
    )
    right.markdown(f"**Split by {split.settings.kind}** · fingerprint `{split.fingerprint}`")
    counts = " · ".join(f"{part} {len(split.members(part))}" for part in PART_COLOURS)
    right.caption(counts)
    right.markdown("**Where it ran**")
    try:
        right.code(json.dumps(folder.provenance(), indent=1), language="json", height=330)
    except SecondReaderError as error:
        right.error(str(error))


def flat(values: dict[str, object], prefix: str = "") -> dict[str, object]:
    """Nested settings by dotted name."""
    found: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            found |= flat(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = value
    return found
