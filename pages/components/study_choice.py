"""Chooses the study that a page looks at: the open one, or one of the newest. It opens none.

Unasked it takes none whose findings were not shown here before: nobody could read it first then.
"""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.components import session
from pages.components.counted import counted
from pages.components.desk import current_seat
from pages.components.plain_text import plain
from pages.components.workspace import Workspace
from seg_core.errors import StoreError

RECENT = 200
"""Studies that can be chosen without going to Home."""


def choose_study(workspace: Workspace) -> str | None:
    """Id of the study to look at; None, with the reason on the page, when there is none."""
    rows = _newest(workspace)
    current = session.current_study()
    if current and current not in rows and (row := workspace.shelf.row(current)):
        rows = {row.id: row.name, **rows}
    missing = current is not None and current not in rows
    place = st.empty()
    if not rows:
        if current is not None:
            _say_missing(place, workspace, current)
        st.info("No study has been opened yet. Open one on Home or in the Viewer.")
        return None
    ids = list(rows)
    chosen = st.selectbox(
        "Study",
        ids,
        index=None if missing else _index(workspace, ids, current),
        placeholder="Choose a study",
        format_func=lambda study_id: rows[study_id],
        label_visibility="collapsed",
        key=f"study-{current}",  # what was chosen before Back is none of the choices after it
    )
    if chosen is None:
        if current is not None:
            _say_missing(place, workspace, current)
        return None
    if chosen != current:
        session.choose_study(chosen)
    session.put_in_address(chosen)
    return chosen


def pick_study(workspace: Workspace) -> str | None:
    """Id of a study on the shelf, for a page that has none open; None until one is picked."""
    rows = _newest(workspace)
    if not rows:
        return None
    return st.selectbox(
        "Study on the shelf",
        list(rows),
        index=None,
        placeholder=f"{counted(len(rows), 'study')}, newest first; type to filter",
        format_func=lambda study_id: rows[study_id],
    )


def _newest(workspace: Workspace) -> dict[str, str]:
    """Names by id."""
    return {row.id: row.name for row in workspace.shelf.recent(RECENT)}


def _index(workspace: Workspace, ids: list[str], current: str | None) -> int | None:
    """The open study, else the newest whose findings were shown here before."""
    if current is not None:
        return ids.index(current)
    seen = workspace.room.seen(current_seat(workspace))
    return next((i for i, study_id in enumerate(ids) if study_id in seen), None)


def _say_missing(place: DeltaGenerator, workspace: Workspace, study_id: str) -> None:
    """The viewer's words for a study that its address names and the shelf does not hold."""
    try:
        workspace.study(study_id)
    except StoreError as error:
        place.error(plain(str(error)))
