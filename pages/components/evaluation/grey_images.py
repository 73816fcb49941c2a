"""Pictures of images by class, and the list of all of them, on screen. It measures nothing."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

import streamlit as st

from pages.components.counted import counted
from pages.components.evaluation.tables import table
from pages.components.plain_text import plain
from pages.components.refused_files import refused_files
from seg_core.evaluation.grey_files import expects_tumour
from seg_core.evaluation.grey_stored import GreyPicture, StoredGrey
from seg_core.evaluation.grey_words import COPY_HEAD, COPY_NOTE, copy_rows


def draw_by_class(stored: StoredGrey, kind: str) -> None:
    """The pictures of one kind under the name of each class."""
    for name in stored.evaluation.classes:
        said = "" if expects_tumour(name) else ", no tumour to be found"
        st.markdown(f"##### {plain(name)}{said}")
        some = [one for one in stored.pictures if (one.kind, one.class_name) == (kind, name)]
        draw_pictures(some)


def draw_pictures(pictures: Sequence[GreyPicture]) -> None:
    """Within the page: an image gets no address of its own."""
    if not pictures:
        st.caption("None.")
    for one in pictures:
        try:
            data = base64.b64encode(one.path.read_bytes()).decode()
        except OSError:
            st.caption(f"{plain(one.words)}: its picture is gone. Evaluate anew.")
            continue
        alt = escape(f"{one.kind}: {one.words}", quote=True)
        st.html(f'<img style="max-width:100%" alt="{alt}" src="data:image/png;base64,{data}">')


def draw_images(stored: StoredGrey) -> None:
    """A row an image, most mask pixels first; what was not read, and copies, beneath."""
    order = sorted(stored.images, key=lambda one: (-one.mask_px, -one.strongest))
    rows = [
        {
            "class": one.class_name,
            "file": one.name,
            "mask px": one.mask_px,
            "strongest probability": round(one.strongest, 4),
            "height": one.height,
            "width": one.width,
        }
        for one in order
    ]
    st.dataframe(rows, hide_index=True)
    lost = stored.evaluation.refused
    if lost:
        with st.expander(f"{counted(len(lost), 'file')} not read", icon=":material/warning:"):
            refused_files([(one.file, one.reason) for one in lost])
    st.markdown("##### Copies of a picture")
    table(COPY_HEAD, copy_rows(stored))
    st.caption(COPY_NOTE)
