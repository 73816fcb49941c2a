"""Runs laid over each other: curves, best epochs, and what sets them apart. It changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from pages.components import session
from pages.components.charts import RUN_COLOURS, TITLES, comparison_charts
from pages.components.live_curves import live_curves
from pages.components.plain_text import plain
from pages.components.training.words import duration
from seg_core.errors import SecondReaderError
from seg_core.training.board import BoardEntry
from seg_core.training.compare import ComparedRun, compared, same_split, setting_differences
from seg_core.training.curves import RunCurves
from seg_core.training.run_folder import RunFolder

FIRST_SHOWN = 3


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
    if not same_split(runs):
        st.warning(
            "These runs were measured on different splits: their figures are of different "
            "patients or slices, and a difference between them may be one of the patients.",
            icon=":material/warning:",
        )
    draw_table(runs)
    shown = {run.run_id: curves[run.run_id] for run in runs}
    switches = dict(zip(shown, RUN_COLOURS, strict=False))
    revision = "compared"
    live_curves(comparison_charts(shown), revision=revision, key="compared", switches=switches)


def draw_table(runs: Sequence[ComparedRun]) -> None:
    """A row a run at its best epoch, and a row a setting that is not the same in all."""
    st.dataframe([table_row(run) for run in runs], hide_index=True)
    st.caption("Validation figures of each run's best epoch.")
    differing = setting_differences(runs)
    if differing:
        st.markdown("**Settings that differ**")
        st.dataframe(
            [
                {"setting": name}
                | {run.run_id: text(value) for run, value in zip(runs, values, strict=True)}
                for name, values in differing.items()
            ],
            hide_index=True,
        )
    elif len(runs) > 1:
        st.caption("All their settings are the same.")


def table_row(run: ComparedRun) -> dict[str, object]:
    figures = {TITLES[metric]: text(value) for metric, value in run.at_best.items()}
    return {
        "run": run.run_id,
        "best epoch": text(run.best_epoch),
        **figures,
        "epochs": run.epochs,
        "time": duration(run.seconds),
        "split": f"{run.split_kind} {run.split_fingerprint}",
        "commit": run.commit[:12],
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
