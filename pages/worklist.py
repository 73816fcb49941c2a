"""Worklist: every study with its state for this reviewer, who reads, and what came of it.

What this reviewer may not see yet is not sent: the store leaves it out. It draws no slice.
"""

from __future__ import annotations

import streamlit as st

from pages.components import session
from pages.components.plain_text import plain
from pages.components.sections import choose_section
from pages.components.worklist.seat_bar import seat_bar
from pages.components.worklist.study_table import show_table
from pages.components.workspace import Workspace, open_workspace
from seg_core.errors import SecondReaderError
from seg_core.store import Seat

SECTIONS = ("Studies",)


def page() -> None:
    """The bar, then the chosen section."""
    workspace = open_workspace()
    seat = seat_bar(workspace)
    said = session.announced()
    if said:
        st.info(said)
    section = choose_section(SECTIONS, session.WORKLIST_SECTION)
    try:
        show_section(workspace, seat, section)
    except SecondReaderError as error:
        st.error(plain(str(error)))


def show_section(workspace: Workspace, seat: Seat, section: str) -> None:
    """One section of the page."""
    rows = workspace.room.worklist(seat, "worklist")
    if rows:
        show_table(workspace, seat, rows)
    else:
        st.info("No study has arrived yet.")


page()
