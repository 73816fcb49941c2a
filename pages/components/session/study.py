"""The study on screen, and the slice and the model that were asked for. It keeps no study."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from pages.components.go_to import go_to

VIEWER_PAGE = Path(__file__).resolve().parents[2] / "viewer.py"

TRIAGE_PAGE = VIEWER_PAGE.with_name("triage.py")

STUDY = "current_study"
"""Id (content digest) of the study on screen."""

ADDRESS = "study_in_address"
"""What this session last put into the page's address, a `_Written`."""

LATE_SECONDS = 5.0
"""So long a browser may go on asking with the address before."""

SLICE = "requested_slice"
"""Slice to show first, numbered from 1; None leaves the choice to the viewer."""

REQUEST = "slice_request"
"""Counts requests, so that asking twice for the same slice moves the viewer twice."""

REQUEST_SHOWN = "shown_request"
"""The last request that the viewer has come to show."""

MODEL = "chosen_model"
"""`name/version` of the model that the reviewer chose, or AUTOMATIC; the key of its select box."""

AUTOMATIC = "automatic"
"""In the place of a model's label: routing chooses."""

FAILED = "failed_reading"
"""(study, model, reason) of the last reading that could not be made."""


@dataclass(frozen=True)
class _Written:
    """known: whether the browser has asked with this address since; from `known_from` on (monotonic
    seconds) it is taken to know it."""

    study_id: str
    known_from: float
    known: bool = False

    @property
    def is_known(self) -> bool:
        return self.known or time.monotonic() > self.known_from


def current_study() -> str | None:
    """Id of the open study: of this session, else the `study` of the page's address.

    An address that this session did not write is one that Back or Forward brought, unless the
    browser has not come to know of the new one yet.
    """
    named, written = st.query_params.get("study"), st.session_state.get(ADDRESS)
    current = st.session_state.get(STUDY)
    if written and named == written.study_id:
        st.session_state[ADDRESS] = replace(written, known=True)
    elif named and named != current and (written is None or written.is_known):
        choose_study(named, _slice_in_address())
    return st.session_state.get(STUDY)


def put_in_address(study_id: str) -> None:
    """A reload, or a link sent to a colleague on this server, opens the same study."""
    if st.query_params.get("study") == study_id:
        st.session_state[ADDRESS] = _Written(study_id, 0.0, known=True)
    else:
        st.query_params.from_dict({"study": study_id})
        st.session_state[ADDRESS] = _Written(study_id, time.monotonic() + LATE_SECONDS)


def choose_study(study_id: str, slice_number: int | None = None) -> None:
    """Make a study the current one; `slice_number`, from 1, is shown first."""
    st.session_state[STUDY] = study_id
    st.session_state[SLICE] = slice_number
    st.session_state[REQUEST] = st.session_state.get(REQUEST, 0) + 1


def open_study(study_id: str, slice: int | None = None) -> None:
    """Choose a study and go to the viewer. Ends the page's run when it is another page."""
    choose_study(study_id, slice)
    # With its address at once: one that is put in later would be a step of its own for Back.
    go_to(VIEWER_PAGE, study=study_id)


def close_study() -> None:
    """Forget the current study, in the session and in the page's address."""
    for key in (STUDY, SLICE, ADDRESS):
        st.session_state.pop(key, None)
    for name in ("study", "slice"):
        st.query_params.pop(name, None)


def requested_slice() -> int | None:
    """The slice to show first, from 1, or None."""
    return st.session_state.get(SLICE)


def slice_request() -> int:
    """A number that grows with each request for a slice."""
    return int(st.session_state.get(REQUEST, 0))


def slice_just_asked_for() -> bool:
    """Whether somebody asked for a slice that the viewer has not come to show yet."""
    return requested_slice() is not None and slice_request() != st.session_state.get(REQUEST_SHOWN)


def request_shown() -> None:
    """The viewer shows what was asked for last."""
    st.session_state[REQUEST_SHOWN] = slice_request()


def chosen_model() -> str | None:
    """`name/version` of the model that the reviewer chose; None leaves it to routing."""
    chosen = st.session_state.get(MODEL, AUTOMATIC)
    return None if chosen == AUTOMATIC else chosen


def reading_failed(study_id: str, model: str | None, reason: str) -> None:
    """Remember that a model could not read a study, so that the page does not try for ever."""
    st.session_state[FAILED] = (study_id, model, reason)


def why_reading_failed(study_id: str, model: str | None) -> str | None:
    """The reason kept for this study and model, or None."""
    failed = st.session_state.get(FAILED)
    return failed[2] if failed and failed[:2] == (study_id, model) else None


def forget_failed_reading() -> None:
    """Let the next run try again."""
    st.session_state.pop(FAILED, None)


def _slice_in_address() -> int | None:
    text = st.query_params.get("slice", "")
    return int(text) if text.isdecimal() and len(text) < 7 else None
