"""Worklist: every study with its state for this reviewer, who reads, and what came of it.

What this reviewer may not see yet is not sent: the store leaves it out. It draws no slice.
"""

from __future__ import annotations

import streamlit as st

from pages.components import session
from pages.components.counted import counted
from pages.components.plain_text import plain
from pages.components.sections import choose_section
from pages.components.segmenting import ask_for, show_queue
from pages.components.study_opener import study_opener
from pages.components.worklist.agreement_tables import show_agreement
from pages.components.worklist.all_reads import all_reads
from pages.components.worklist.discrepancy_list import show_discrepancies
from pages.components.worklist.list_bar import list_field
from pages.components.worklist.record_table import show_record
from pages.components.worklist.seat_bar import seat_bar
from pages.components.worklist.study_table import show_table
from pages.components.workspace import Workspace, open_workspace
from seg_core.errors import SecondReaderError
from seg_core.store import Seat, WorklistRow

SECTIONS = ("Studies", "Add studies", "Discrepancies", "Agreement", "Record")


def page() -> None:
    """The bar, then the chosen section."""
    workspace = open_workspace()
    seat = seat_bar(workspace)
    said = session.announced()
    if said:
        st.info(said)
    wanted = st.session_state.pop(session.WORKLIST_NEXT, None)
    if wanted:  # before its widget is there: afterwards it cannot be set
        st.session_state[session.WORKLIST_SECTION] = wanted
    section = choose_section(SECTIONS, session.WORKLIST_SECTION)
    try:
        show_section(workspace, seat, section)
    except SecondReaderError as error:
        st.error(plain(str(error)))


def show_section(workspace: Workspace, seat: Seat, section: str) -> None:
    """One section of the page."""
    if section == "Add studies":
        into = list_field(workspace, "arrive_into")
        study_opener(workspace, then=lambda arrived: take_over(workspace, seat, arrived, into))
        return
    if section == "Record":
        show_record(workspace, seat)
        return
    rows = workspace.room.worklist(seat, "worklist")
    here = [row for row in rows if not row.removed]
    if not rows:
        st.info("No study has arrived yet. *Add studies* takes folders, zips and uploads.")
    elif section == "Studies":
        show_queue(workspace)
        show_table(workspace, seat, here)
        offer_segmentation(workspace, here)
    elif section == "Discrepancies":
        show_discrepancies(seat, all_reads(workspace, seat, rows))
    else:
        show_agreement(all_reads(workspace, seat, rows))


def take_over(workspace: Workspace, seat: Seat, arrived: list[str], into: str | None) -> None:
    """Put what arrived into its list, say so, and let a model read it meanwhile.

    Where nothing arrived the section stays: the reasons stand there.
    """
    if not arrived:
        return
    if into is not None:
        workspace.room.put_into(seat, arrived, into)
    asked = ask_for(workspace, [i for i in arrived if not workspace.read_for_all(i)])
    lost = len(session.refused())
    session.announce(
        f"{counted(len(arrived), 'study')} on the list{f' {plain(into)}' if into else ''}."
        + (f" {counted(lost, 'file or study')} could not be read; see Add studies." if lost else "")
        + (f" A model reads {asked:,} of them now." if asked else "")
    )
    st.session_state[session.WORKLIST_NEXT] = SECTIONS[0]


def offer_segmentation(workspace: Workspace, rows: list[WorklistRow]) -> None:
    """Let a model read the studies that none has read, where there is a model."""
    unread = [row.id for row in rows if row.state in ("new", "failed")]
    if not unread:
        return
    if not workspace.models():
        st.caption(
            f"No model is installed here. {counted(len(unread), 'study')} can be read without, and "
            "results that `segment` wrote elsewhere are taken under *Add studies*."
        )
    elif st.button(f"Let a model read {counted(len(unread), 'study')}"):
        ask_for(workspace, unread)
        st.rerun()


page()
