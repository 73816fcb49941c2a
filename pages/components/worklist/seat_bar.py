"""Who reads at this browser: the bar above the worklist. It checks no password."""

from __future__ import annotations

import streamlit as st

from pages.components.desk import current_seat
from pages.components.plain_text import plain
from pages.components.workspace import Workspace
from seg_core.errors import ReadError
from seg_core.store import Seat


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
        if st.form_submit_button("Sit down", type="primary"):
            _sit(workspace, seat, name)
    st.caption(
        "Without a name nothing is recorded. What you open then shows the model's findings at "
        "once, and can afterwards only be read concurrently at this browser."
    )


def _taken(workspace: Workspace, seat: Seat) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.markdown(f"**{plain(seat.reviewer)}**", width="content")
        st.caption("recorded as typed, not authenticated", width="content")
        st.space("stretch")
        if st.button("Leave", help="Your reads are kept; sit down again under the same name."):
            workspace.room.sit(seat.browser, "")
            st.rerun()


def _sit(workspace: Workspace, seat: Seat, name: str) -> None:
    try:
        if not name.strip():
            raise ReadError("Type the name that your reads are to be kept under.")
        workspace.room.sit(seat.browser, name)
    except ReadError as error:
        st.error(plain(str(error)))
        return
    st.rerun()
