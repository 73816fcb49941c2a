"""The list of runs at the side of the training page. It draws no curve."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.components import session
from pages.components.charts import number
from pages.components.plain_text import plain
from pages.components.training.words import STATE_COLOUR, STATE_ICON, monitor_name
from seg_core.training.board import BoardEntry

LIST_LONG, LIST_HEIGHT = 12, 640
"""From how many runs on the list scrolls by itself, and its height in pixels then."""


def choose_run(entries: Sequence[BoardEntry]) -> BoardEntry:
    """Draw the list and return the chosen run.

    That of this session or of the address, else the one that trains now, else the newest.
    """
    by_id = {entry.run_id: entry for entry in entries}
    wanted = st.session_state.get(session.RUN) or st.query_params.get("run")
    busy = next((e for e in entries if e.active and e.state != "waiting"), entries[0])
    st.session_state[session.RUN] = wanted if wanted in by_id else busy.run_id
    side = st.container(height=LIST_HEIGHT if len(entries) > LIST_LONG else "content", border=False)
    chosen = side.radio(
        f"{len(entries)} runs" if len(entries) > 1 else "1 run",
        list(by_id),
        key=session.RUN,
        # Never the state in a label: the browser answers with the label that it last saw, and
        # one that has changed meanwhile stands for no run.
        format_func=plain,
        captions=[caption(entry) for entry in entries],
    )
    if st.query_params.get("run") != chosen:
        st.query_params["run"] = chosen
    return by_id[chosen]


def caption(entry: BoardEntry) -> str:
    """The state with its sign, epoch and best figure in one line."""
    return f":{STATE_COLOUR[entry.state]}[{STATE_ICON[entry.state]} {standing(entry)}]"


def standing(entry: BoardEntry) -> str:
    if entry.state == "waiting":
        return "waiting, next" if not entry.place else f"waiting, {entry.place} before it"
    parts = [entry.state]
    if entry.status.epochs:
        parts.append(f"epoch {entry.status.epoch}/{entry.status.epochs}")
    if entry.status.best_value is not None:
        name = monitor_name(entry.status.monitor)
        parts.append(f"{name} {number(entry.status.best_value, 3)}")
    return " · ".join(parts)
