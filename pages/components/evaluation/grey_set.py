"""Images by class on screen: shares with a mask, samples, gallery, files. It measures nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from pages.components import session
from pages.components.charts import QUIET
from pages.components.counted import counted
from pages.components.desk import note_patients
from pages.components.evaluation.downloads import draw_documents
from pages.components.evaluation.grey_chart import shares_figure
from pages.components.evaluation.grey_form import draw_grey_form
from pages.components.evaluation.grey_images import draw_by_class, draw_images, draw_pictures
from pages.components.evaluation.show import WEIGHTS_LETTERS
from pages.components.evaluation.tables import table
from pages.components.plain_text import plain
from pages.components.sections import choose_section
from pages.components.still_chart import still_chart
from pages.components.workspace import Workspace
from seg_core.errors import SecondReaderError
from seg_core.evaluation.grey_figures import (
    LEAST_PX,
    REPORTED,
    ClassShare,
    shares,
)
from seg_core.evaluation.grey_finished import GreyFinished, list_grey
from seg_core.evaluation.grey_html import grey_html
from seg_core.evaluation.grey_pictures import FALSE, SAMPLE, SEEN
from seg_core.evaluation.grey_stored import (
    IMAGES,
    StoredGrey,
    read_grey,
    shares_table,
)
from seg_core.evaluation.grey_words import (
    BY_RESULT,
    BY_SEED,
    HOW_COUNTED,
    LIMITS,
    NOT_CALIBRATED,
    OUTLINE,
    false_positive_words,
    least_words,
    percent,
    percent_span,
    seen_words,
    table_head,
    table_rows,
)
from seg_core.evaluation.thresholds import THRESHOLDS
from seg_core.jobs import LocalLauncher

SECTIONS = ("Shares", "Samples", "Gallery", "False positives", "Images")


def draw_grey_sets(workspace: Workspace, launcher: LocalLauncher) -> None:
    """The evaluation chosen, section by section; the form alone where there is none."""
    found, refused = list_grey(workspace.settings)
    for entry in refused:
        st.error(f"{plain(entry.file)}: {plain(entry.reason)}")
    if not found:
        st.caption(
            "Images without masks, a folder a class: how many get a mask, and how many of those "
            "without tumour."
        )
        draw_grey_form(workspace, launcher)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = choose(found)
        with st.popover("Measure", icon=":material/add:"):
            draw_grey_form(workspace, launcher)
        downloads = st.popover("Downloads", icon=":material/download:")
    try:
        stored = load(str(chosen.folder), chosen.stamp)
        with downloads:
            draw_downloads(chosen, stored)
        draw(chosen, stored)
    except SecondReaderError as error:
        st.error(plain(str(error)), icon=":material/error:")


def choose(found: Sequence[GreyFinished]) -> GreyFinished:
    """The one chosen before, by hand or because it has just ended, or the newest."""
    by_folder = {str(one.folder): one for one in found}
    if st.session_state.get(session.GREY_EVALUATED) not in by_folder:
        st.session_state[session.GREY_EVALUATED] = next(iter(by_folder))
    folder = st.selectbox(
        "Images by class",
        by_folder,
        key=session.GREY_EVALUATED,
        format_func=lambda folder: f"{by_folder[folder].subject} · {by_folder[folder].name}",
        label_visibility="collapsed",
    )
    return by_folder[folder]


@st.cache_resource(show_spinner="Reading the evaluation …", max_entries=4)
def load(folder: str, stamp: float) -> StoredGrey:
    """Read once, and again when the evaluation was made anew."""
    return read_grey(Path(folder))


@st.cache_resource(show_spinner=False, max_entries=16)
def curves(folder: str, stamp: float, least_px: int, _stored: StoredGrey) -> list[ClassShare]:
    """Worked out once for each smallest mask."""
    return shares(_stored.images, _stored.evaluation.classes, least_px)


def draw(chosen: GreyFinished, stored: StoredGrey) -> None:
    """What was measured, then the chosen section."""
    note_patients((Path(one.name).stem for one in stored.images), "images by class")
    draw_facts(stored)
    section = choose_section(SECTIONS, session.GREY_SECTION)
    if section == "Shares":
        draw_shares(chosen, stored)
    elif section == "Samples":
        st.caption(BY_SEED)
        draw_by_class(stored, SAMPLE)
    elif section == "Gallery":
        st.caption(f"{BY_SEED} {OUTLINE}")
        draw_by_class(stored, SEEN)
    elif section == "False positives":
        for said in false_positive_words(stored):
            st.markdown(f"**{plain(said)}**")
        st.caption(f"{BY_RESULT} {OUTLINE}")
        draw_pictures([one for one in stored.pictures if one.kind == FALSE])
    else:
        draw_images(stored)


def draw_facts(stored: StoredGrey) -> None:
    """With what, on how many images; and that no number here is a chance of tumour."""
    one = stored.evaluation
    facts = (
        counted(len(stored.images), "image"),
        f"{len(one.refused):,} not read",
        f"the network's own pixel threshold {one.threshold:g}",
        plain(one.weights[:WEIGHTS_LETTERS]),
        plain(one.engine),
        f"data {plain(', '.join(one.data))}",
        f"measured {plain(one.made[:10])}",
    )
    st.caption(" · ".join(facts))
    for caution in filter(None, (NOT_CALIBRATED, seen_words(one))):
        st.markdown(f":orange[:material/warning: {plain(caution)}]")


def draw_downloads(chosen: GreyFinished, stored: StoredGrey) -> None:
    """The page and the tables; names bear the content's hash."""
    draw_documents(chosen, documents(str(chosen.folder), chosen.stamp, stored))


@st.cache_resource(show_spinner=False, max_entries=2)
def documents(folder: str, stamp: float, _stored: StoredGrey) -> dict[str, bytes]:
    """Name -> content of what can be downloaded; the page is made where none was stored."""
    page = _stored.report.read_bytes() if _stored.report else grey_html(_stored).encode()
    images = (_stored.folder / IMAGES).read_bytes()
    table_ = shares_table(_stored.images, _stored.evaluation.classes).encode()
    return {"report.html": page, IMAGES: images, "shares.csv": table_}


def draw_shares(chosen: GreyFinished, stored: StoredGrey) -> None:
    """The share of each class at the threshold that is set, in words, table and curves."""
    one = stored.evaluation
    for said in false_positive_words(stored):
        st.markdown(f"**{plain(said)}**")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.session_state.setdefault(session.GREY_LEAST, LEAST_PX[0])
        least = st.segmented_control(
            "Smallest mask that counts",
            LEAST_PX,
            key=session.GREY_LEAST,
            format_func=least_words,
            required=True,
        )
        st.session_state.setdefault(session.GREY_THRESHOLD, REPORTED[0])
        threshold = st.select_slider(
            "Pixel threshold", THRESHOLDS, key=session.GREY_THRESHOLD, width=420
        )
    found = curves(str(chosen.folder), chosen.stamp, least, stored)
    left, right = st.columns([1, 1.3], gap="large")
    with left:
        st.markdown(f"##### At {threshold:g}")
        table(("class", "images", "with a mask", "share", "95 %"), at(found, threshold))
    with right:
        still_chart(shares_figure(found, one.classes, threshold), key="grey_chart", config=QUIET)
    st.markdown("##### At the thresholds that are reported")
    table(table_head(one), table_rows(stored.images, one, least))
    st.caption(HOW_COUNTED)
    st.caption(" ".join(LIMITS[1:]))


def at(found: Sequence[ClassShare], threshold: float) -> list[tuple[str, ...]]:
    """A row a class at one threshold."""
    return [
        (
            one.class_name,
            f"{one.share.images:,}",
            f"{one.share.count:,}",
            percent(one.share),
            percent_span(one.share),
        )
        for one in found
        if one.threshold == threshold
    ]
