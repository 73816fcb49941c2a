"""A file offered for download: its name bears its content's hash, and the record that it was taken.

Streamlit names larger media by their length and three samples only; two files of equal size
could be taken for each other, and the browser keeps what it has under a known address. It makes
no content.
"""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Literal

import streamlit as st

from pages.components.desk import current_seat
from pages.components.workspace import open_workspace
from seg_core.store import ReadingRow

DIGITS = 12
"""Hexadecimal digits of the SHA-256 in a file's name."""


def hashed_name(stem: str, content: bytes, ending: str) -> str:
    """`stem-0123456789ab.ending`."""
    return f"{stem}-{hashlib.sha256(content).hexdigest()[:DIGITS]}.{ending}"


def hashed_download(label: str, content: bytes, stem: str, ending: str, mime: str) -> None:
    """A button that saves `content`."""
    offer(label, content, hashed_name(stem, content, ending), mime)


def offer(
    label: str,
    content: bytes,
    name: str,
    mime: str,
    *,
    study_id: str | None = None,
    reading: ReadingRow | None = None,
    icon: str = ":material/download:",
    width: Literal["content", "stretch"] = "content",
) -> None:
    """The same for content that is large enough to have been given its name beforehand.

    study_id, reading: what the file shows of a study, and of a model at which thresholds. Where
    nobody sits there is no record, and pressing the button does not run the page again.
    """
    workspace = open_workspace()
    seat = current_seat(workspace)
    note = partial(workspace.room.note, "exported", seat, study_id, reading, {"file": name})
    st.download_button(
        label,
        data=content,  # not deferred: its address would end with the run, and a click with it
        file_name=name,
        mime=mime,
        icon=icon,
        on_click=note if seat.taken else "ignore",
        width=width,
    )
