"""Study lists on the worklist: which is shown, how it is read, who set that. It lists no study."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from pages.components import session
from pages.components.counted import counted
from pages.components.plain_text import plain
from pages.components.workspace import Workspace
from seg_core.store import MAIN, Mode, Seat, StudyList, WorklistRow

MODES: dict[Mode, str] = {"first": "First read", "concurrent": "Concurrent"}
COLOURS: dict[Mode, str] = {"first": "blue", "concurrent": "orange"}
MEANS: dict[Mode, str] = {
    "first": "Each study is read before anything that a model, the truth or another reviewer "
    "says of it is sent to the reviewer's browser.",
    "concurrent": "The model's findings are shown beside the slices while one reads.",
}
ALL = "All lists"


def choose_list(lists: Sequence[StudyList]) -> StudyList | None:
    """The list to show, None for all of them; the only one where there is no other."""
    by_name = {one.name: one for one in lists}
    if len(lists) == 1:
        return lists[0]
    if st.session_state.get(session.WORKLIST_LIST) not in by_name:
        st.session_state[session.WORKLIST_LIST] = ALL
    chosen = st.selectbox(
        "Study list",
        [ALL, *by_name],
        format_func=lambda name: f"{name} ({by_name[name].studies:,})" if name in by_name else name,
        key=session.WORKLIST_LIST,
        width=230,
    )
    return by_name.get(chosen)


def show_modes(
    workspace: Workspace, seat: Seat, lists: Sequence[StudyList], chosen: StudyList | None
) -> None:
    """How the chosen list is read, or each of them; the mode of a chosen one can be changed."""
    if chosen is None:
        for mode in MODES:
            names = [one.name for one in lists if one.mode == mode and one.studies]
            if names:
                said = f"{MODES[mode]}: {', '.join(names)}"
                st.badge(plain(said), color=COLOURS[mode], help=MEANS[mode])
        return
    said = f"{MODES[chosen.mode]}: {chosen.name}"
    st.badge(plain(said), color=COLOURS[chosen.mode], help=MEANS[chosen.mode])
    st.caption(_set_by(chosen), width="content")
    st.space("stretch")
    _change(workspace, seat, chosen)


def of_list(rows: Sequence[WorklistRow], chosen: StudyList | None) -> list[WorklistRow]:
    """The rows of one list, of all lists for None."""
    return [row for row in rows if chosen is None or row.list == chosen.name]


def list_field(workspace: Workspace, key: str) -> str | None:
    """A list for studies to lie in: one that is there, or a name typed now; None for neither."""
    return st.selectbox(
        "Study list",
        [one.name for one in workspace.room.lists()],
        index=None,
        placeholder=f"{MAIN}, or where a study lies already",
        accept_new_options=True,
        key=key,
        width=320,
        help="Choose a list, or type the name of a new one. Each is read first or concurrently.",
    )


def put_into_list(
    workspace: Workspace, seat: Seat, ticked: Sequence[WorklistRow], shown: Sequence[WorklistRow]
) -> None:
    """Let the ticked studies lie in another list; all that the table shows where none is ticked."""
    which = ticked or shown
    label = f"Put {len(ticked):,} into a list" if ticked else "Put into a list"
    with st.popover(label, disabled=not which):
        name = list_field(workspace, "put_into")
        said = "Ticked" if ticked else "None is ticked, so all that the table shows"
        st.caption(
            f"{said}: {counted(len(which), 'study')}. Reads that go on keep the mode that they "
            "began with."
        )
        if st.button("Put them there", type="primary", disabled=name is None) and name:
            moved = workspace.room.put_into(seat, [row.id for row in which], name)
            session.announce(f"{counted(moved, 'study')} moved to the list {plain(name)}.")
            st.rerun()


def _set_by(one: StudyList) -> str:
    if not one.since:
        return "as lists are until somebody sets it"
    day = datetime.fromisoformat(one.since).strftime("%Y-%m-%d %H:%M")
    return f"set by {plain(one.set_by)}, {day} UTC"


def _change(workspace: Workspace, seat: Seat, one: StudyList) -> None:
    other: Mode = "concurrent" if one.mode == "first" else "first"
    with st.popover(f"Change to {MODES[other].lower()}", disabled=not seat.taken):
        st.markdown(f"{MEANS[other]} Reads that go on keep the mode that they began with.")
        if other == "concurrent":
            st.warning(
                f"The worklist then shows everybody what models found in the studies of "
                f"{plain(one.name)}. Whoever saw that can no longer read them first."
            )
        if st.button(f"Read {plain(one.name)} {'first' if other == 'first' else 'concurrently'}"):
            workspace.room.set_mode(seat, one.name, other)
            st.rerun()
