"""Buttons that save the files of an evaluation; their names bear the content's hash."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

import streamlit as st

from pages.components.hashed_download import hashed_name, offer
from seg_core.notice import NOTICE


class Named(Protocol):
    """What was measured, and on what."""

    @property
    def subject(self) -> str: ...
    @property
    def name(self) -> str: ...


def draw_documents(finished: Named, files: Mapping[str, bytes]) -> None:
    """files: name -> content, a page as HTML or tables as CSV."""
    st.caption(NOTICE)
    for name, content in files.items():
        page = name.endswith(".html")
        offer(
            name,
            content,
            file_name(finished, name, content),
            "text/html" if page else "text/csv",
            icon=":material/article:" if page else ":material/table:",
            width="stretch",
        )


def file_name(finished: Named, name: str, content: bytes) -> str:
    """`paper-unet-1-test-groups-0a1b2c3d4e5f.csv`."""
    stem, ending = name.rsplit(".", 1)
    words = re.sub(r"[^\w.+-]+", "-", f"{finished.subject}-{finished.name}-{stem}")
    return hashed_name(words, content, ending)
