"""Runs laid over each other: curves, best epochs, and what sets them apart. It changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from pages.components import session
from pages.components.charts import RUN_COLOURS, TITLES, comparison_charts
from pages.components.live_curves import live_curves
from pages.components.plain_text import plain
from pages.components.training.words import duration
from seg_core.data.split import SLICE_SPLIT_WARNING
from seg_core.errors import SecondReaderError
from seg_core.training.board import BoardEntry
from seg_core.training.compare import (
    ComparedRun,
    by_split,
    compared,
    same_split,
    setting_differences,
)
from seg_core.training.curves import RunCurves
from seg_core.training.note import RunNote, read_note
from seg_core.training.run_folder import RunFolder

FIRST_SHOWN = 3

STANDS_OUT = "background-color: #2f86d640; font-weight: 600"
"""Of a setting that is not the first run's: readable on white and on black."""


def draw_comparison(entries: Sequence[BoardEntry]) -> None:
    """The choice of runs and what they have come to."""
    folders = {entry.run_id: entry.folder for entry in entries if entry.folder is not None}
    if len(folders) < 2:
        st.info("Two runs are needed to compare. They appear here once they have begun.")
        return
    if session.COMPARED not in st.session_state:
        st.session_state[session.COMPARED] = list(folders)[:FIRST_SHOWN]
    chosen = st.multiselect(
        "Runs", list(folders), key=session.COMPARED, max_selections=len(RUN_COLOURS)
    )
    curves = {run_id: all_curves(folders[run_id]) for run_id in chosen}
    runs = []
    for run_id in chosen:
        try:
            runs.append(compared(folders[run_id], curves[run_id]))
        except SecondReaderError as error:
            st.error(plain(str(error)), icon=":material/error:")
    if not runs:
        return
    draw_warnings(runs)
    draw_table(runs, {run.run_id: read_note(folders[run.run_id].path) for run in runs})
    shown = {run.run_id: curves[run.run_id] for run in runs}
    switches = dict(zip(shown, RUN_COLOURS, strict=False))
    revision = "compared"
    live_curves(comparison_charts(shown), revision=revision, key="compared", switches=switches)


def draw_warnings(runs: Sequence[ComparedRun]) -> None:
    """What keeps the figures of these runs from being compared, or from being believed."""
    if not same_split(runs):
        groups = "; ".join(
            f"`{fingerprint}`: {plain(', '.join(names))}"
            for fingerprint, names in by_split(runs).items()
        )
        st.warning(
            "These runs were measured on different splits: their figures are of different "
            "patients or slices, and a difference between them may be one of the patients. "
            f"{groups}",
            icon=":material/warning:",
        )
    leaking = [run.run_id for run in runs if run.leaks]
    if leaking:
        st.warning(f"{plain(', '.join(leaking))}: {SLICE_SPLIT_WARNING}", icon=":material/warning:")


def draw_table(runs: Sequence[ComparedRun], notes: Mapping[str, RunNote]) -> None:
    """A row a run at its best epoch, then their settings side by side."""
    st.dataframe([table_row(run, notes[run.run_id]) for run in runs], hide_index=True)
    st.caption("Validation figures of each run's best epoch. Time: of all its epochs.")
    differing = setting_differences(runs)
    if len(runs) > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            same = "All their settings are the same." if not differing else ""
            st.markdown(f"**Settings that differ** {same}", width="content")
            every = st.toggle("All settings", key=session.ALL_SETTINGS)
        draw_settings(runs, differing, every=every)


def draw_settings(
    runs: Sequence[ComparedRun], differing: Mapping[str, list[Any]], *, every: bool
) -> None:
    """A row a setting; in rows that differ, what is not the first run's value stands out."""
    names = dict.fromkeys([*differing, *(n for run in runs for n in run.settings if every)])
    if not names:
        return
    cells = {run.run_id: [text(run.settings.get(name)) for name in names] for run in runs}
    frame = pd.DataFrame({"setting": list(names)} | cells)
    st.dataframe(frame.style.apply(marked, axis=1), hide_index=True)


def marked(row: pd.Series[str]) -> list[str]:
    """CSS of a row's cells: the setting's name, then a cell a run, the first one as reference."""
    first = row.iloc[1]
    return ["", "", *(STANDS_OUT if cell != first else "" for cell in row.iloc[2:])]


def table_row(run: ComparedRun, note: RunNote) -> dict[str, object]:
    figures = {TITLES[metric]: text(value) for metric, value in run.at_best.items()}
    return {
        "run": run.run_id,
        "best epoch": text(run.best_epoch),
        **figures,
        "epochs": run.epochs,
        "time": duration(run.seconds),
        "split by": run.split_title,
        "split": run.split_fingerprint,
        "commit": run.commit[:12],
        "tags": ", ".join(note.tags),
        "note": note.text,
    }


def text(value: object) -> str:
    """A cell: four decimals for a measured figure, a dash for none."""
    if value is None:
        return "–"
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def all_curves(folder: RunFolder) -> RunCurves:
    """A run's curves, read anew only when its log has changed."""
    path = folder.events_path
    return _curves(str(folder.path), path.stat().st_size if path.exists() else 0)


@st.cache_resource(max_entries=16, show_spinner=False)
def _curves(path: str, size: int) -> RunCurves:
    curves = RunCurves()
    curves.feed(RunFolder(Path(path)).read_events(0)[0])
    return curves
