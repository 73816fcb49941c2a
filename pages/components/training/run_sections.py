"""Sections of a run's panel: its pictures, its log and its settings. They change nothing."""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path

import streamlit as st

from pages.components.charts import PART_COLOURS
from pages.components.counted import counted
from pages.components.desk import note_patients
from pages.components.plain_text import plain
from seg_core.data.split import SLICE_SPLIT_WARNING
from seg_core.errors import SecondReaderError
from seg_core.jobs import LocalLauncher
from seg_core.training.board import BoardEntry
from seg_core.training.compare import flat
from seg_core.training.curves import RunCurves
from seg_core.training.recipe import RECIPES, Recipe
from seg_core.training.run_folder import RunFolder

LOG_TAIL = 32 * 1024
"""Bytes of log on screen: some three hundred lines."""

LAST_LINES = 8
"""Lines of output beneath the reason of a run that ended badly."""

LARGE_A_ROW, SMALL_A_ROW = 2, 4
"""Pictures side by side: of the newest epoch, and of those before it."""

LOG_STYLE = """<style>
.run-log { display: flex; flex-direction: column-reverse; max-height: 20rem; overflow: auto;
  border: 1px solid #80808040; border-radius: 0.4rem; padding: 0.5rem 0.8rem; }
.run-log pre { margin: 0; white-space: pre-wrap; font-size: 0.78rem; line-height: 1.45; }
</style>"""
"""A log that begins at its end, and stays there as lines come in."""

GREETING = re.compile(
    r"I\d{4} \d\d:\d\d:|E\d{4} .*failed call to cuInit|WARNING: All log messages before absl::"
)
"""Lines that TensorFlow prints at every start, whatever its log level: they hide what matters."""

EPOCHS = 6
"""Epochs among the pictures."""


def draw_pictures(folder: RunFolder, curves: RunCurves) -> None:
    """The same validation slices epoch by epoch, so that one sees the masks form."""
    shown = {epoch: files for epoch, files in curves.pictures.items() if epoch <= curves.last_epoch}
    if not shown:
        st.info("Pictures of a few validation slices appear after the first epoch.")
        return
    try:
        note_patients((one.split("/")[0] for one in folder.split().validation), "training")
    except SecondReaderError as error:  # then it cannot be said whose slices these are
        st.error(plain(str(error)))
        return
    newest = max(shown)
    draw_epoch(folder, curves, newest, shown[newest], LARGE_A_ROW)
    st.caption("Each picture: original, truth, probability, mask. How they came to be:")
    for epoch in reversed(picked_epochs(sorted(shown), curves.best_epoch)):
        if epoch != newest:
            draw_epoch(folder, curves, epoch, shown[epoch], SMALL_A_ROW)


def draw_epoch(
    folder: RunFolder, curves: RunCurves, epoch: int, files: list[str], a_row: int
) -> None:
    """One epoch's pictures, `a_row` side by side; the best epoch is marked."""
    mark = "  :blue[★ best]" if epoch == curves.best_epoch else ""
    st.markdown(f"**Epoch {epoch}**{mark}")
    paths = [path for name in files if (path := inside(folder.path, name)) is not None]
    for begin in range(0, len(paths), a_row):
        columns = st.columns(a_row, gap="small")
        for column, path in zip(columns, paths[begin : begin + a_row], strict=False):
            column.image(path.read_bytes(), width="stretch")


def picked_epochs(epochs: list[int], best: int | None) -> list[int]:
    """At most EPOCHS epochs, evenly apart, with the first, the best and the last."""
    if len(epochs) <= EPOCHS:
        return epochs
    step = (len(epochs) - 1) / (EPOCHS - 1)
    picked = {epochs[round(i * step)] for i in range(EPOCHS)}
    return sorted(picked | ({best} if best in epochs and best is not None else set()))


def inside(folder: Path, name: str) -> Path | None:
    """The file of that name within the folder, links resolved, or None."""
    path = (folder / name).resolve()
    return path if path.is_relative_to(folder.resolve()) and path.is_file() else None


def draw_log(entry: BoardEntry, launcher: LocalLauncher) -> None:
    """The newest lines: what the trainer logged, and what its process printed."""
    logged, printed = trainer_log(entry.folder), job_output(entry, launcher)
    if not (logged or printed):
        st.info("Nothing has been printed yet.")
        return
    for title, text in (("trainer.log", logged), ("Printed by the process", printed)):
        if text:
            st.caption(title)
            st.html(f'{LOG_STYLE}<div class="run-log"><pre>{escape(text)}</pre></div>')


def draw_last_lines(entry: BoardEntry, launcher: LocalLauncher) -> None:
    """The end of what the process printed, for a run that ended badly."""
    text = job_output(entry, launcher) or trainer_log(entry.folder)
    if text:
        st.code("\n".join(text.rstrip().splitlines()[-LAST_LINES:]), language=None, wrap_lines=True)


def trainer_log(folder: RunFolder | None) -> str:
    """The end of trainer.log, which spans all of a run's resumes; "" while there is none."""
    if folder is None or not folder.log_path.is_file():
        return ""
    with folder.log_path.open("rb") as file:
        file.seek(max(file.seek(0, 2) - LOG_TAIL, 0))
        return without_overprinted(file.read().decode("utf-8", "replace"))


def job_output(entry: BoardEntry, launcher: LocalLauncher) -> str:
    """The end of what the run's latest job printed; "" for a run from the command line."""
    if entry.job is None:
        return ""
    return without_overprinted(launcher.logs(entry.job.id, -LOG_TAIL)[0])


def without_overprinted(text: str) -> str:
    """Of a progress line that was printed over itself, its last state; no greeting of absl's."""
    lines = (line.rstrip("\r").split("\r")[-1] for line in text.split("\n"))
    return "\n".join(line for line in lines if not GREETING.match(line))


def draw_settings(folder: RunFolder) -> None:
    """What the run was asked, how it differs from its recipe, its split and where it ran."""
    try:
        recipe, split = folder.recipe(), folder.split()
    except SecondReaderError as error:
        st.error(plain(str(error)))
        return
    left, right = st.columns(2)
    left.markdown(f"**Recipe `{recipe.name}`**")
    left.dataframe(settings_rows(recipe), hide_index=True, height=420)
    right.markdown(f"**Split by {plain(split.title)}** · fingerprint `{split.fingerprint}`")
    unit = "slice" if split.settings.kind == "slice" else "patient"
    parts = [f"{part} {counted(len(split.members(part)), unit)}" for part in PART_COLOURS]
    right.caption(" · ".join(parts))
    if split.settings.kind == "slice":
        right.warning(SLICE_SPLIT_WARNING, icon=":material/warning:")
    right.markdown("**Where it ran**")
    try:
        right.code(json.dumps(folder.provenance(), indent=1), language="json", height=330)
    except SecondReaderError as error:
        right.error(plain(str(error)))


def text(value: object) -> str:
    """A setting; a dash for one that is not set, or that the recipe does not have."""
    return "–" if value is None else str(value)


def settings_rows(recipe: Recipe) -> list[dict[str, str]]:
    """A row a setting, those that differ from the named recipe first, with its value beside."""
    named = RECIPES.get(recipe.name)
    theirs = flat(named.model_dump(mode="json")) if named is not None else {}
    rows = [
        {"setting": name, "this run": text(value), "recipe": text(theirs.get(name))}
        for name, value in flat(recipe.model_dump(mode="json")).items()
    ]
    return sorted(rows, key=lambda row: row["this run"] == row["recipe"])
