"""Follows the events of the run on screen: reads only what is new. It draws nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from pages.components import session
from seg_core.training.curves import RunCurves
from seg_core.training.run_folder import RunFolder


@dataclass
class Followed:
    """What one session has read of a run. trainer_start: of the trainer that wrote it."""

    run_id: str
    trainer_start: float | None
    offset: int = 0
    curves: RunCurves = field(default_factory=RunCurves)


def follow(folder: RunFolder, trainer_start: float | None) -> RunCurves:
    """The curves up to now. A resume cuts the log, so a new trainer is read from its start."""
    followed = st.session_state.get(session.FOLLOWED)
    if followed is None or (followed.run_id, followed.trainer_start) != (folder.id, trainer_start):
        followed = Followed(folder.id, trainer_start)
    events, offset = folder.read_events(followed.offset)
    if offset < followed.offset:  # cut under our hands: these events begin at the beginning
        followed.curves = RunCurves()
    followed.curves.feed(events)
    followed.offset = offset
    st.session_state[session.FOLLOWED] = followed
    return followed.curves
