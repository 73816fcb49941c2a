"""Who sits here, what this session may fetch, and how far its read has come. It asks no store."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import streamlit as st

from pages.components.browser_cookie import COOKIE, valid_id
from pages.components.session.study import REQUEST, SLICE

TOKEN = "viewer_token"
"""This session's key to the bytes it was granted; stable, or the browser would fetch again."""

BROWSER = "browser"
"""Id of this browser where it took no cookie: then of this session alone."""

SEATED = "seated"
"""Reviewer that this session's token was given for."""

OPENED = "opened_reads"
"""Ids of the studies whose opening is in the record: once a session and reviewer."""

DRAFT_READ = "read_draft"
"""(study, draft) that the viewer sent with "Give verdict"; the form is open while it is there."""

NOTED_FILES = "noted_files"
"""Ids of the files that the viewer saved and the record holds: the viewer names them again."""

DISCREPANCY = "shown_discrepancy"
"""(study, number) of the discrepancy that the reveal shows."""

POINTED = "pointed_place"
"""(study, slice from 1, x, y) of the place that the reveal speaks of in this run of the page."""


def viewer_token() -> str:
    """The secret that this session's viewer sends with each fetch, made once."""
    if TOKEN not in st.session_state:
        st.session_state[TOKEN] = secrets.token_urlsafe(32)
    return str(st.session_state[TOKEN])


def browser_id() -> str:
    """This browser's id: its cookie's, else one of this session alone."""
    cookie = valid_id(st.context.cookies.get(COOKIE))
    if cookie is None and BROWSER not in st.session_state:
        st.session_state[BROWSER] = secrets.token_urlsafe(24)
    return cookie or str(st.session_state[BROWSER])


def new_token_for(reviewer: str) -> str | None:
    """Give the session another token once somebody else sits here; the old one, to withdraw."""
    before = st.session_state.get(SEATED)
    st.session_state[SEATED] = reviewer
    if before in (None, reviewer):
        return None
    # The slice too: a finding of the model may have led the one before to it.
    for key in (OPENED, DRAFT_READ, DISCREPANCY, POINTED, SLICE):
        st.session_state.pop(key, None)
    st.session_state[REQUEST] = st.session_state.get(REQUEST, 0) + 1
    return st.session_state.pop(TOKEN, None)


def opens_now(study_id: str) -> bool:
    """Whether this session opens the study for the first time under this reviewer."""
    opened: set[str] = st.session_state.setdefault(OPENED, set())
    new = study_id not in opened
    opened.add(study_id)
    return new


def keep_draft(study_id: str, draft: object) -> None:
    """Keep what the viewer recorded of a read until its form is shown."""
    st.session_state[DRAFT_READ] = (study_id, draft)


def take_draft(study_id: str) -> object | None:
    """What the viewer sent for this study; asked once, it is gone."""
    kept = st.session_state.pop(DRAFT_READ, None)
    return kept[1] if kept and kept[0] == study_id else None


def noted_files() -> set[str]:
    """Ids of the saved files that are in the record; what is noted next is added to it."""
    found: set[str] = st.session_state.setdefault(NOTED_FILES, set())
    return found


def shown_discrepancy(study_id: str) -> int | None:
    """Number of the discrepancy of this study that the reveal shows, or None."""
    shown = st.session_state.get(DISCREPANCY)
    return shown[1] if shown and shown[0] == study_id else None


def show_discrepancy(study_id: str, number: int) -> None:
    """Let the reveal show this discrepancy."""
    st.session_state[DISCREPANCY] = (study_id, number)


@dataclass(frozen=True)
class Pointed:
    """A place that the page speaks of: slice from 1, x, y and how far it reaches, in pixels."""

    slice: int
    x: float
    y: float
    reach: float = 0.0


def point_at(study_id: str, place: Pointed) -> None:
    """Let the viewer ring this place, which the page speaks of, in this run."""
    st.session_state[POINTED] = (study_id, place)


def take_pointed(study_id: str) -> Pointed | None:
    """What the page spoke of in this run, once."""
    of, place = st.session_state.pop(POINTED, None) or (None, None)
    return place if of == study_id else None
