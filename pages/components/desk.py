"""The desk at which one reviewer looks at one study: who sits there, and what may be sent.

Pages ask here before they show anything that model, truth or another reviewer made of a study.
The answers come from the store, never from this session. It draws nothing but a closed page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import streamlit as st

from pages.components import session
from pages.components.plain_text import plain
from pages.components.slice_viewer.grants import GRANTS
from pages.components.workspace import Workspace, open_workspace
from seg_core.store import Mode, Read, Seat
from seg_core.study import Reading


@dataclass(frozen=True)
class Desk:
    """One seat before one study.

    open: findings of the model may be sent; truth: the truth as well. read: this reviewer's
    read, None without a name or before the study was opened.
    """

    seat: Seat
    study_id: str
    open: bool
    truth: bool
    read: Read | None = None

    @property
    def sealed(self) -> bool:
        """Whether this reviewer's verdict is stored."""
        return self.read is not None and self.read.verdict is not None

    @property
    def mode(self) -> Mode | None:
        """How the read goes on; None when none does."""
        return self.read.mode if self.read is not None and not self.sealed else None


def current_seat(workspace: Workspace) -> Seat:
    """Who sits at this browser now. Whoever sits down gets no bytes granted to the one before."""
    seat = workspace.room.seat(session.browser_id())
    old = session.new_token_for(seat.reviewer)
    if old is not None:
        GRANTS.withdraw(old)
    return seat


def desk_at(workspace: Workspace, study_id: str, place: str) -> Desk:
    """The desk before a study, for a page that shows its findings where they may be seen.

    What is about to be seen is noted in the store before this returns.
    """
    seat = current_seat(workspace)
    may_see = workspace.room.look(seat, study_id, place)
    truth = may_see and workspace.room.may_see_truth(seat, study_id)
    return Desk(seat, study_id, may_see, truth, workspace.room.find(seat, study_id))


def open_read(workspace: Workspace, desk: Desk, reading: Reading | None) -> Desk:
    """The desk with the reviewer's read of its study: begun, or gone on with.

    reading: what of a model is about to be shown there; the record keeps whose it is.
    """
    study_id = desk.study_id
    if not desk.seat.taken:
        return desk
    turned = desk.mode == "first" and desk.open  # its findings were seen meanwhile
    if not session.opens_now(study_id) and desk.read is not None and not turned:
        return desk
    shown = workspace.row_of(study_id, reading) if desk.open else None
    return replace(desk, read=workspace.room.open(desk.seat, study_id, shown))


def note_patients(patients: Iterable[str], place: str) -> None:
    """Note whose truth or masks the page is about to show, by their names in the data set.

    It counts for whoever sits at this browser now, or sits down in it later.
    """
    workspace = open_workspace()
    workspace.room.note_patients(current_seat(workspace), patients, place)


def close_while_reading_first(workspace: Workspace, shows: str) -> None:
    """End the page's run here while somebody reads first; `shows` says what it would show."""
    seat = current_seat(workspace)
    if not seat.taken:
        return
    first = [one.name for one in workspace.room.lists() if one.mode == "first" and one.studies]
    which = plain(", ".join(first))
    if not first:
        if not workspace.room.reads_first(seat):
            return
        which = "a read that goes on"
    st.info(
        f"{plain(seat.reviewer)} reads first here ({which}), and this page "
        f"shows {shows}, perhaps of patients whose studies are still to be read. It opens "
        "once nobody reads first at this browser.",
        icon=":material/lock:",
    )
    if st.button("Leave the desk", help="Your reads are kept. Sit down again on the worklist."):
        workspace.room.sit(seat.browser, "")
        st.rerun()
    st.stop()
