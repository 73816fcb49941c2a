"""The table of studies: search, filter, sort, and what to do with the ticked ones. No pixel."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.components import session
from pages.components.confidence_figure import DASH, cut_confidence
from pages.components.counted import counted
from pages.components.go_to import go_to
from pages.components.plain_text import plain
from pages.components.worklist.list_bar import choose_list, of_list, put_into_list, show_modes
from pages.components.workspace import Workspace
from seg_core.store import Seat, WorklistRow
from seg_core.store.worklist import STATES
from seg_core.triage.ranges import flagged_ranges, format_ranges

ORDERS = {
    "next": "Next to read",
    "arrival": "Arrival, newest first",
    "name": "Name",
    "suspicious": "Most suspicious first",
}
HEIGHT = 520
"""Of the table, in pixels: it scrolls within."""

ONLY = "concurrent only"
READ_AS = (
    f"{ONLY}: this reviewer or this browser saw its findings, or they are shown to all who read "
    "its list."
)
"""Of a study that nobody sitting here can read first any more."""

READ_BY_A_MODEL = ("ready", "in reading")
"""States in which findings may be held back: then nothing is sorted by them."""


def show_table(workspace: Workspace, seat: Seat, rows: Sequence[WorklistRow]) -> None:
    """The studies as this reviewer may see them, and the buttons for those that are ticked."""
    lists = workspace.room.lists()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen_list = choose_list(lists)
        rows = of_list(rows, chosen_list)
        named, states, order = _controls(rows)
    shown = sort_rows(filter_rows(rows, named, states), order)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(_counted(seat, shown, rows), width="content")
        show_modes(workspace, seat, lists, chosen_list)
    buttons = st.container(horizontal=True, vertical_alignment="center", gap="small")
    picked = st.dataframe(
        as_table(
            shown,
            findings=any(row.shown for row in shown),
            lists=len({row.list for row in rows}) > 1,
            seated=seat.taken,
        ),
        hide_index=True,
        height=min(HEIGHT, 38 + 35 * max(len(shown), 1)),
        on_select="rerun",
        selection_mode="multi-row",
        key=_table_key(shown),
        column_config=_columns(),
    )
    ticked = _ticked(shown, picked.selection.rows)
    chosen = ticked[-1] if ticked else None
    with buttons:
        _actions(workspace, seat, chosen, shown)
        put_into_list(workspace, seat, ticked, shown)
    if chosen and chosen.reason:
        st.error(f"{plain(chosen.name)} could not be segmented: {plain(chosen.reason)}")


def _table_key(shown: Sequence[WorklistRow]) -> str:
    """Another one for other rows: ticks are kept by their place in the table."""
    ids = " ".join(row.id for row in shown)
    return f"worklist-{hashlib.sha256(ids.encode()).hexdigest()[:16]}"


def _ticked(shown: Sequence[WorklistRow], indices: Sequence[int]) -> list[WorklistRow]:
    """The ticked rows, the one that was ticked last at the end."""
    rows = {shown[index].id: shown[index] for index in indices}
    return [rows[one] for one in session.in_order_of_ticks(list(rows))]


def _counted(seat: Seat, shown: Sequence[WorklistRow], rows: Sequence[WorklistRow]) -> str:
    unread = sum(row.unread for row in rows)
    said = f"{counted(len(shown), 'study')} of {len(rows):,}"
    return said + (f", {unread:,} unread by {plain(seat.reviewer)}" if seat.taken else "")


def filter_rows(
    rows: Sequence[WorklistRow], named: str, states: Sequence[str]
) -> list[WorklistRow]:
    """Rows with `named` in their name, in one of the states; all of them where none is chosen."""
    wanted = named.strip().casefold()
    return [
        row for row in rows if wanted in row.name.casefold() and (not states or row.state in states)
    ]


def sort_rows(rows: Sequence[WorklistRow], order: str) -> list[WorklistRow]:
    """Rows, which come oldest first, in one of ORDERS.

    `next`: unread ones by arrival, then the others, most suspicious first. Only what may be
    seen takes part: rows whose findings are closed stand by arrival.
    """
    if order == "name":
        return sorted(rows, key=lambda row: row.name.casefold())
    if order == "arrival":
        return list(reversed(rows))
    if order == "suspicious":
        return sorted(rows, key=_suspicion)
    unread = [row for row in rows if row.unread]
    return unread + sorted((row for row in rows if not row.unread), key=_suspicion)


def as_table(
    rows: Sequence[WorklistRow], *, findings: bool, lists: bool, seated: bool = False
) -> pd.DataFrame:
    """What the browser gets: findings only where `findings`, and then only of rows that show.

    seated: whether a reviewer will read them.
    """
    columns: dict[str, list[object]] = {
        "study": [row.name for row in rows],
        **({"list": [row.list for row in rows]} if lists else {}),
        "state": [_state(row) for row in rows],
        "slices": [row.slices for row in rows],
        "arrived": [row.arrived for row in rows],
        "mode": [
            row.mode or (ONLY if seated and row.unread and row.shown else DASH) for row in rows
        ],
    }
    if findings:
        highest = [row.reading.highest_confidence if row.reading else None for row in rows]
        columns["highest"] = [None if h is None else cut_confidence(h) for h in highest]
        columns["flagged"] = [_flagged(row) for row in rows]
        columns["model"] = [row.reading.model if row.reading else DASH for row in rows]
    return pd.DataFrame(columns)


def _controls(rows: Sequence[WorklistRow]) -> tuple[str, list[str], str]:
    """What is searched for, the states that are shown, and the order."""
    held = any(row.unread and not row.shown and row.state in READ_BY_A_MODEL for row in rows)
    suspicious = not held and any(row.shown for row in rows)
    named = st.text_input("Search", placeholder="part of a name", width=220)
    there = {row.state for row in rows}
    states = st.multiselect(
        "State", [state for state in STATES if state in there], placeholder="any", width=300
    )
    offered = [o for o in ORDERS if o != "suspicious" or suspicious]
    order = st.selectbox(
        "Order",
        offered,
        index=offered.index("suspicious") if suspicious else 0,
        format_func=ORDERS.__getitem__,
        width=220,
    )
    return named, states, order


def _actions(
    workspace: Workspace, seat: Seat, row: WorklistRow | None, shown: Sequence[WorklistRow]
) -> None:
    """Buttons for the row that was ticked last, and for the next one to read."""
    upcoming = next((r for r in shown if r.unread), None)
    verb = "Read" if seat.taken and row and row.unread else "Open"
    name = f" {plain(row.name)}" if row else " the chosen study"
    if st.button(f"{verb}{name}", type="primary", disabled=row is None) and row:
        session.open_study(row.id)
    if st.button("Triage", disabled=row is None or not row.shown) and row:
        session.choose_study(row.id)
        go_to(session.TRIAGE_PAGE)
    if upcoming and seat.taken and st.button(f"Read the next: {plain(upcoming.name)}"):
        session.open_study(upcoming.id)


def _suspicion(row: WorklistRow) -> float:
    highest = row.reading.highest_confidence if row.reading else None
    return 1.0 if highest is None else -highest


def _state(row: WorklistRow) -> str:
    if row.state == "discrepancy":
        return f"discrepancy ({row.open_discrepancies} open)"
    return row.state


def _flagged(row: WorklistRow) -> str:
    if row.reading is None:
        return DASH
    if not row.reading.calibrated:
        return "not calibrated"
    return format_ranges(flagged_ranges(row.reading.flags)) or "none"


def _columns() -> dict[str, object]:
    config = st.column_config
    return {
        "study": config.TextColumn("Study", width="medium"),
        "list": config.TextColumn("List"),
        "state": config.TextColumn("State", width="medium"),
        "slices": config.NumberColumn("Slices", width="small"),
        "arrived": config.DatetimeColumn("Arrived", format="YYYY-MM-DD HH:mm"),
        "mode": config.TextColumn("Read as", help=READ_AS),
        "highest": config.ProgressColumn(
            "Highest confidence", format="%.3f", min_value=0.0, max_value=1.0
        ),
        "flagged": config.TextColumn("Flagged slices"),
        "model": config.TextColumn("Model"),
    }
