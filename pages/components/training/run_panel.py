"""One run on screen: how it stands, what can be done with it, and its sections."""

from __future__ import annotations

import shutil

import streamlit as st

from pages.components import session
from pages.components.charts import (
    TRAINING_SWITCHES,
    machine_charts,
    number,
    training_charts,
)
from pages.components.live_curves import live_curves
from pages.components.plain_text import plain
from pages.components.sections import choose_section
from pages.components.training.follow import follow
from pages.components.training.run_actions import draw_buttons
from pages.components.training.run_files import draw_files
from pages.components.training.run_queue import draw_queue
from pages.components.training.run_release import draw_released
from pages.components.training.run_sections import (
    draw_last_lines,
    draw_log,
    draw_pictures,
    draw_settings,
)
from pages.components.training.run_upkeep import draw_upkeep
from pages.components.training.words import (
    STATE_COLOUR,
    STATE_ICON,
    duration,
    moment,
    monitor_name,
)
from seg_core.jobs import LocalLauncher
from seg_core.settings import Settings
from seg_core.training.board import BoardEntry
from seg_core.training.curves import RunCurves
from seg_core.training.note import RunNote, read_note

SECTIONS = ("Curves", "Pictures", "Machine", "Log", "Settings", "Files")

STATES_KEPT = 2
"""Copies of a state that may be written at once: the last one and the best one."""

SMALL_FIGURES = """<style>
.st-key-run_standing [data-testid="stMetricValue"] { font-size: 1.35rem; line-height: 1.3; }
.st-key-run_standing [data-testid="stMetricLabel"] { opacity: 0.7; }
</style>"""
"""Six figures in one line, so that the curves begin above the fold."""


def draw_run(entry: BoardEntry, launcher: LocalLauncher, settings: Settings) -> None:
    """The whole panel of a run."""
    curves = RunCurves()
    if entry.folder is not None:
        curves = follow(entry.folder, entry.status.trainer_start)
    draw_head(entry, launcher)
    draw_released(entry, launcher, settings)
    draw_disk_warning(entry, launcher)
    if entry.state in ("waiting", "preparing"):
        draw_queue(entry, launcher)
    if entry.folder is None:
        if entry.state != "waiting":
            draw_log(entry, launcher)
        return
    draw_standing(entry, curves)
    section = choose_section(SECTIONS, session.RUN_SECTION)
    if section == "Curves":
        draw_curves(entry, curves)
    elif section == "Pictures":
        draw_pictures(entry.folder, curves)
    elif section == "Machine":
        live_curves(machine_charts(curves), revision=entry.run_id, key="machine_curves")
    elif section == "Log":
        draw_log(entry, launcher)
    elif section == "Settings":
        draw_settings(entry.folder)
    else:
        draw_files(entry, entry.folder, curves)


def draw_head(entry: BoardEntry, launcher: LocalLauncher) -> None:
    """Name, state with its reason, and the buttons that fit the state."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"#### {plain(entry.run_id)}", width="content")
        st.badge(entry.state, icon=STATE_ICON[entry.state], color=STATE_COLOUR[entry.state])
        st.caption(f"started {moment(entry.started)}", width="stretch")
        draw_buttons(entry, launcher)
        draw_upkeep(entry, launcher)
    if entry.folder is not None:
        draw_remark(read_note(entry.folder.path))
    if entry.reason:
        bad = entry.state in ("failed", "died") or (entry.job and entry.job.state == "failed")
        show = st.error if bad else st.info
        show(plain(entry.reason), icon=STATE_ICON[entry.state])
    if entry.state in ("failed", "died"):
        draw_last_lines(entry, launcher)
    if entry.state == "died" and entry.can_resume:
        st.caption("Nothing before the last saved state is lost: Resume goes on from there.")


def draw_disk_warning(entry: BoardEntry, launcher: LocalLauncher) -> None:
    """Said before a state cannot be written: the old one stays until the new one is whole."""
    if entry.folder is None or not entry.active:
        return
    state = entry.folder.last / "arrays.npz"
    needed = STATES_KEPT * (state.stat().st_size if state.is_file() else 0)
    free = shutil.disk_usage(launcher.home).free
    if needed > free:
        st.warning(
            f"{free / 1e6:,.0f} MB are free in {plain(str(launcher.home))}, and this run's states "
            f"need {needed / 1e6:,.0f} MB. Make room, or it will stop at the next one.",
            icon=":material/hard_drive:",
        )


def draw_remark(note: RunNote) -> None:
    """A run's tags and note, where it has any."""
    if note.tags:
        with st.container(horizontal=True, gap="small"):
            for tag in note.tags:
                st.badge(plain(tag), color="gray")
    if note.text:
        st.caption(plain(note.text))


def draw_standing(entry: BoardEntry, curves: RunCurves) -> None:
    """Progress with time left, and the figures that a researcher looks at first."""
    status = entry.status
    monitor = monitor_name(status.monitor)
    best = curves.best_epoch
    st.html(SMALL_FIGURES)
    columns = st.container(key="run_standing").columns(6)
    columns[0].metric("Epoch", f"{status.epoch} of {status.epochs}")
    columns[1].metric("Step", f"{status.step} of {status.steps}" if status.steps else "–")
    columns[2].metric(f"Best {monitor}", number(status.best_value))
    columns[3].metric("Best epoch", "–" if best is None else best)
    patience = "–" if status.patience_left is None else f"{status.patience_left} epochs"
    columns[4].metric("Patience left", patience)
    speed = curves.speed.y[-1] if len(curves.speed) else None
    columns[5].metric("Slices a second", number(speed, 1))
    if entry.active and status.epochs:
        draw_progress(entry, curves)


def draw_progress(entry: BoardEntry, curves: RunCurves) -> None:
    """A bar over all epochs; the time left is an upper bound, since early stopping may come."""
    status = entry.status
    done = max(curves.steps.x[-1] if curves.steps.x else 0.0, float(curves.last_epoch))
    left = curves.seconds_left(status.epochs)
    text = f"{100 * done / status.epochs:.1f} % of {status.epochs} epochs"
    if entry.state == "training":
        text += (
            f" · {duration(left)} left at most, sooner with early stopping"
            if left is not None
            else " · time left is known after the first epoch"
        )
    st.progress(min(done / status.epochs, 1.0), text=text)


def draw_curves(entry: BoardEntry, curves: RunCurves) -> None:
    if not len(curves.steps) and not curves.last_epoch:
        st.info("No step has been reported yet: the data are being prepared.")
        return
    live_curves(
        training_charts(curves),
        revision=entry.run_id,
        key="training_curves",
        switches=TRAINING_SWITCHES,
    )
