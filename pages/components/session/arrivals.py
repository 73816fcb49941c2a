"""What was just opened or uploaded, and what is to be said of it. It opens nothing."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

ANNOUNCED = "announced"
"""A sentence to say once, on the next page that is shown."""

UPLOAD_ROUND = "upload_round"
"""Part of the uploader's widget key: a new number empties it."""

FOLDER = "browsed_folder"
"""Folder that the browser of the data roots shows."""

REFUSED = "refused_files"
"""(file, reason) pairs of the last opening, shown until the next one."""


def announce(sentence: str) -> None:
    """Say something on the next page that is shown."""
    st.session_state[ANNOUNCED] = sentence


def announced() -> str | None:
    """What is to be said now; asked once, it is gone."""
    return st.session_state.pop(ANNOUNCED, None)


def browsed_folder(default: Path) -> Path:
    """The folder that the browser of the data roots shows."""
    return Path(st.session_state.get(FOLDER, default))


def browse(folder: Path) -> None:
    """Show another folder; that it may be shown is the caller's to check."""
    st.session_state[FOLDER] = str(folder)


def uploader_key() -> str:
    """Key of the upload widget; a new one empties it."""
    return f"upload_{st.session_state.get(UPLOAD_ROUND, 0)}"


def empty_uploader() -> None:
    """Let the next run show an empty upload widget."""
    st.session_state[UPLOAD_ROUND] = st.session_state.get(UPLOAD_ROUND, 0) + 1


def refuse(files: list[tuple[str, str]], arrived: list[str]) -> None:
    """Keep the (file, reason) pairs of an opening and the ids of the studies that it gave."""
    st.session_state[REFUSED] = files, arrived


def refused(beside: str | None = None) -> list[tuple[str, str]]:
    """The (file, reason) pairs of the last opening; none where it did not give study `beside`."""
    files, arrived = st.session_state.get(REFUSED, ([], []))
    return list(files) if beside is None or beside in arrived else []
