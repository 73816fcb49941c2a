"""What a data set looks like: sample slices with their masks, tumour area by institution."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import streamlit as st

from pages.components.charts import QUIET
from seg_core.data.index import DatasetIndex
from seg_core.data.report import area_by_institution, sample_picture
from seg_core.errors import InputError


def draw_samples(indexes: Sequence[DatasetIndex]) -> None:
    """The paper's figure 4 for each data set: slice, mask, and the mask's outline on the slice."""
    for index in indexes:
        if not index.positive_slices:
            st.info(f"{index.root.name} holds no slice with tumour.")
            continue
        try:
            st.image(_samples(index, str(index.root)), caption=index.root.name, width="stretch")
        except InputError as error:  # the file went or changed since it was indexed
            st.error(str(error), icon=":material/error:")


def draw_institutions(indexes: Sequence[DatasetIndex]) -> None:
    """Every patient's tumour area, a box an institution."""
    for number, index in enumerate(indexes):
        figure = area_by_institution(index)
        figure.update_layout(height=330, title=index.root.name)
        st.plotly_chart(figure, key=f"institutions_{number}", config=QUIET)


@st.cache_data(max_entries=8, show_spinner="Reading sample slices …")
def _samples(_index: DatasetIndex, root: str) -> bytes:
    sheet = BytesIO()
    sample_picture(_index).save(sheet, "PNG")
    return sheet.getvalue()
