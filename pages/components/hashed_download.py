"""A file offered for download under a name that bears its content's hash. It makes no content.

Streamlit names larger media by their length and three samples only; two files of equal size
could be taken for each other, and the browser keeps what it has under a known address.
"""

from __future__ import annotations

import hashlib

import streamlit as st

DIGITS = 12
"""Hexadecimal digits of the SHA-256 in a file's name."""


def hashed_name(stem: str, content: bytes, ending: str) -> str:
    """`stem-0123456789ab.ending`."""
    return f"{stem}-{hashlib.sha256(content).hexdigest()[:DIGITS]}.{ending}"


def hashed_download(label: str, content: bytes, stem: str, ending: str, mime: str) -> None:
    """A button that saves `content`; pressing it does not run the page again."""
    offer(label, content, hashed_name(stem, content, ending), mime)


def offer(label: str, content: bytes, name: str, mime: str) -> None:
    """The same for content that is large enough to have been given its name beforehand."""
    st.download_button(
        label,
        data=content,
        file_name=name,
        mime=mime,
        icon=":material/download:",
        on_click="ignore",
    )
