"""Thumbnails of slices as buttons: a click on a picture names its slice. It chooses no slice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from pages.components.confidence_figure import confidence_figure
from pages.components.reading_name import ReadingName, reading_name
from pages.components.thumbnails import (
    MODEL_COLOUR,
    TRUTH_COLOUR,
    as_shown,
    aspect_of,
    brightest,
    thumbnail,
)
from seg_core.study import Reading, Study

A_ROW = 6

STYLE = """
<style>
  [class*="st-key-picture-"] { position: relative; }
  [class*="st-key-picture-"] img { display: block; width: 100%; border-radius: 4px; }
  [class*="st-key-pick-"] { position: absolute; inset: 0; width: 100% !important; }
  [class*="st-key-pick-"] .stButton, [class*="st-key-pick-"] .stButton > div { height: 100%; }
  [class*="st-key-pick-"] button { width: 100%; height: 100%; align-items: flex-start;
    justify-content: flex-start; padding: 2px 6px; border: 1px solid #ffffff1f; color: #e8edf2;
    background: linear-gradient(#000b, transparent 18%); }
  [class*="st-key-pick-"] button > div { width: auto; }
  [class*="st-key-pick-"] button:hover, [class*="st-key-pick-"] button:focus-visible {
    background: linear-gradient(#000b, transparent 18%); border-color: #4aa3df; color: #fff; }
  [class*="st-key-picture-flagged"] button { border-color: #ff9d2ecc; }
</style>
"""
"""Puts each button over its picture, its words in a corner that holds no brain."""


def picture_grid(
    study_id: str,
    study: Study,
    reading: Reading,
    indices: Sequence[int],
    flagged: np.ndarray,
    show_truth: bool,
) -> int | None:
    """Pictures of the slices at `indices` (from 0), in that order; the slice clicked, from 1.

    flagged: bool (n,), drawn with a border of the model's colour.
    """
    st.html(STYLE)
    clicked = None
    name = reading_name(study_id, reading)
    for start in range(0, len(indices), A_ROW):
        row = indices[start : start + A_ROW]
        for column, index in zip(st.columns(A_ROW, gap="small"), row, strict=False):
            number = index + 1
            kind = "flagged-" if flagged[index] else ""
            with column.container(key=f"picture-{kind}{number}", gap=None):
                address = slice_picture(name, index, show_truth, study, reading)
                st.html(f'<img src="{address}" alt="slice {number}">')
                label = f"**{number}** · {confidence_figure(reading.confidence[index])}"
                if st.button(label, key=f"pick-{number}", width="stretch"):
                    clicked = number
    return clicked


@st.cache_data(show_spinner=False, max_entries=600)
def slice_picture(
    name: ReadingName, index: int, show_truth: bool, _study: Study, _reading: Reading
) -> str:
    """A slice with the mask's contour as a data address, kept by `name`, the reading's.

    Moving the confidence threshold draws no picture again.
    """
    mask = _reading.probability[index] >= np.float32(_reading.pixel_threshold)
    contours = [(mask, MODEL_COLOUR)]
    if show_truth and _study.truth is not None:
        contours.insert(0, (_study.truth[index], TRUTH_COLOUR))
    shown = as_shown(_study, index, _white(name[0], _study))
    return thumbnail(shown, contours, aspect=aspect_of(_study))


@st.cache_data(show_spinner=False, max_entries=16)
def _white(study_id: str, _study: Study) -> float:
    return brightest(_study)
