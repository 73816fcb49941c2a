"""Evaluations that ended since this session last looked: which is to be shown, said once."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.components import session
from pages.components.evaluation.under_way import SOME_UNREADABLE, ended_well
from pages.components.plain_text import plain
from seg_core.evaluation.finished import BY_CLASS, measured, out_of
from seg_core.jobs import JobStatus

LEFT_FOR_IT = "New evaluation"
"""The one view that gives way to what has ended: in the others something is being looked at."""


def is_watched_over(jobs: Sequence[JobStatus]) -> bool:
    """Whether one that this session saw under way is no longer."""
    watched = st.session_state.get(session.EVALUATIONS_WATCHED, frozenset())
    return bool(watched - ids_under_way(jobs))


def choose_ended(jobs: Sequence[JobStatus], view: str | None) -> JobStatus | None:
    """The newest that has ended well since the last look; it becomes the chosen one of its view.

    Called before the row of views is drawn, of which `view` is the chosen one.
    """
    watched = st.session_state.get(session.EVALUATIONS_WATCHED, frozenset())
    st.session_state[session.EVALUATIONS_WATCHED] = ids_under_way(jobs)
    ended = next((job for job in jobs if job.id in watched and ended_well(job)), None)
    if ended is None:
        return None
    by_class = measured(ended.argv)[1] == BY_CLASS
    chosen = session.GREY_EVALUATED if by_class else session.EVALUATED
    st.session_state[chosen] = str(out_of(ended.argv))
    if view == LEFT_FOR_IT:
        st.session_state[session.EVALUATION_VIEW] = view_of(ended)
    return ended


def say_ended(job: JobStatus, view: str) -> None:
    """That it has ended, and where it is."""
    shown = view == view_of(job)
    where = "It is shown below." if shown else f"It is under *{view_of(job)}*."
    said = f"{plain(measured(job.argv)[0])} was measured. {where}"
    if job.exit_code == SOME_UNREADABLE:
        st.warning(f"{said} Some inputs could not be read: it names them.")
    else:
        st.success(said, icon=":material/check_circle:")


def view_of(job: JobStatus) -> str:
    """The view that shows what a job measured."""
    return "Images by class" if measured(job.argv)[1] == BY_CLASS else "Finished"


def ids_under_way(jobs: Sequence[JobStatus]) -> frozenset[str]:
    return frozenset(job.id for job in jobs if not job.over)
