"""Who reads at this browser, and how: the bar above the worklist. It checks no password."""

from __future__ import annotations

import streamlit as st

from pages.components.desk import current_seat
from pages.components.plain_text import plain
from pages.components.workspace import Workspace
from seg_core.errors import ReadError
from seg_core.store import Mode, Seat

MODES: dict[Mode, str] = {"first": "First read", "concurrent": "Concurrent"}
MEANS: dict[Mode, str] = {
    "first": "You read each study before anything that a model, the truth or another reviewer "
    "says of it is sent to this browser.",
    "concurrent": "The model's findings are shown beside the slices while you read.",
}


def seat_bar(workspace: Workspace) -> Seat:
    """The seat, after whatever the reviewer changes in the bar."""
    seat = current_seat(workspace)
    with st.container(border=True):
        if seat.taken:
            _taken(workspace, seat)
        else:
            _free(workspace, seat)
    return seat


def _free(workspace: Workspace, seat: Seat) -> None:
    with st.form("sit", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            "Your name as a reviewer",
            max_chars=80,
            width=320,
            help="Recorded as typed, not authenticated: there is no login yet.",
        )
        mode = st.segmented_control(
            "Reading mode", MODES, default=seat.mode, format_func=MODES.__getitem__, required=True
        )
        if st.form_submit_button("Sit down", type="primary"):
            _sit(workspace, seat, name, mode)
    st.caption(
        "Without a name nothing is recorded. What you open then shows the model's findings at "
        "once, and can afterwards only be read concurrently at this browser."
    )


def _taken(workspace: Workspace, seat: Seat) -> None:
    other: Mode = "concurrent" if seat.mode == "first" else "first"
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.markdown(f"**{plain(seat.reviewer)}**", width="content")
        colour = "blue" if seat.mode == "first" else "orange"
        st.badge(MODES[seat.mode], color=colour, help=MEANS[seat.mode])
        st.caption("recorded as typed, not authenticated", width="content")
        st.space("stretch")
        with st.popover(f"Change to {MODES[other].lower()}"):
            st.markdown(MEANS[other])
            if other == "concurrent":
                st.warning(
                    "The list then shows what models found in every study. Those studies can no "
                    "longer be read first by you."
                )
            if st.button(f"Read {'first' if other == 'first' else 'concurrently'}", type="primary"):
                _sit(workspace, seat, seat.reviewer, other)
        if st.button("Leave", help="Your reads are kept; sit down again under the same name."):
            workspace.room.sit(seat.browser, "")
            st.rerun()


def _sit(workspace: Workspace, seat: Seat, name: str, mode: Mode) -> None:
    try:
        if not name.strip():
            raise ReadError("Type the name that your reads are to be kept under.")
        workspace.room.sit(seat.browser, name, mode)
    except ReadError as error:
        st.error(plain(str(error)))
        return
    st.rerun()
