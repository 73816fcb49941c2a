"""What a data set looks like: sample slices, their augmentation, tumour area by institution."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import streamlit as st
from PIL import Image

from pages.components.charts import QUIET
from pages.components.plain_text import plain
from pages.components.still_chart import still_chart
from pages.components.training.data_choice import stamp_of
from seg_core.data.augmentation_preview import augmented_picture
from seg_core.data.index import DatasetIndex
from seg_core.data.report import area_by_institution, sample_picture
from seg_core.errors import InputError
from seg_core.frames import make_frame
from seg_core.training.recipe import Recipe


def draw_samples(indexes: Sequence[DatasetIndex]) -> None:
    """The paper's figure 4 for each data set: slice, mask, and the mask's outline on the slice."""
    for index in indexes:
        if not index.positive_slices:
            st.info(f"{plain(index.root.name)} holds no slice with tumour.")
            continue
        try:
            picture = _samples(index, str(index.root), stamp_of(index.root))
            st.image(picture, caption=plain(index.root.name), width="stretch")
        except (InputError, OSError) as error:  # the file went or changed since it was indexed
            st.error(plain(str(error)), icon=":material/error:")


def draw_augmented(indexes: Sequence[DatasetIndex], recipe: Recipe) -> None:
    """Slices as the network gets them, and what the recipe's augmentation makes of them."""
    if recipe.augmentation is None:
        st.caption("Augmentation is off: slices are taken as they are.")
    for index in indexes:
        try:
            asked = recipe.model_dump_json(include={"augmentation", "frame", "network", "seed"})
            picture = _augmented(index, recipe, f"{index.root} {asked}", stamp_of(index.root))
        except (InputError, OSError) as error:
            st.error(plain(str(error)), icon=":material/error:")
            continue
        if picture is not None:
            st.image(
                picture,
                caption=f"{plain(index.root.name)}: as given, then changed",
                width="stretch",
            )


@st.cache_data(max_entries=8, show_spinner=False)
def _augmented(_index: DatasetIndex, _recipe: Recipe, key: str, stamp: float) -> bytes | None:
    frame = make_frame(_recipe.frame.name, _recipe.network.size, _recipe.network.channels)
    picture = augmented_picture(_index, _recipe.augmentation, frame, seed=_recipe.seed)
    return None if picture is None else _png(picture)


def _png(picture: Image.Image) -> bytes:
    content = BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def draw_institutions(indexes: Sequence[DatasetIndex]) -> None:
    """Every patient's tumour area, a box an institution."""
    for number, index in enumerate(indexes):
        figure = area_by_institution(index)
        figure.update_layout(height=330, title=index.root.name)
        still_chart(figure, key=f"institutions_{number}", config=QUIET)


@st.cache_data(max_entries=8, show_spinner="Reading sample slices …")
def _samples(_index: DatasetIndex, root: str, stamp: float) -> bytes:
    return _png(sample_picture(_index))
