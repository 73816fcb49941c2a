"""A finished evaluation on screen: tables, charts, pictures, downloads. It measures nothing."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from pathlib import Path

import streamlit as st

from pages.components import session
from pages.components.charts import QUIET
from pages.components.counted import counted
from pages.components.desk import note_patients
from pages.components.evaluation.downloads import draw_documents
from pages.components.evaluation.figures import (
    dice_figure,
    froc_figure,
    reliability_figure,
    roc_figure,
)
from pages.components.evaluation.tables import (
    group_tables,
    paper_table,
    regions_table,
    reliability_table,
    sensitivity_table,
    table,
)
from pages.components.plain_text import plain
from pages.components.refused_files import refused_files
from pages.components.sections import choose_section
from pages.components.still_chart import still_chart
from seg_core.evaluation.analysis import Analysis, analyse, analysis_tables
from seg_core.evaluation.finished import Finished
from seg_core.evaluation.froc import false_words
from seg_core.evaluation.html_report import (
    DASH,
    FOUND_HEAD,
    KIND_WORDS,
    cautions,
    found_rows,
    html_report,
    left_out_words,
    no_froc_words,
    number,
    region_words,
)
from seg_core.evaluation.report import figures_text
from seg_core.evaluation.selection import KINDS
from seg_core.evaluation.stored import StoredEvaluation, StoredPanel, read_evaluation

SECTIONS = ("Figures", "Slices", "Findings", "Groups", "Pictures", "Patients")

A_PAGE = 6
"""Pictures on the screen at once."""

WEIGHTS_LETTERS = 24
"""Of what names the weights, so that a SHA-256 does not fill the line."""

STORED_TABLES = ("patients.csv", "slices.csv", "thresholds.csv", "regions.csv")
"""Of an evaluation's folder; older ones lack the last two."""


def draw_evaluation(finished: Finished) -> None:
    """Head with downloads, then the chosen section. Raises InputError for a damaged folder."""
    stored, analysis = load(str(finished.folder), finished.stamp, finished)
    note_patients((one.patient for one in stored.patients), "evaluation")
    draw_head(finished, stored, analysis)
    section = choose_section(SECTIONS, session.EVALUATION_SECTION)
    if section == "Figures":
        draw_figures(stored)
    elif section == "Slices":
        draw_slices(analysis)
    elif section == "Findings":
        draw_findings(stored, analysis)
    elif section == "Groups":
        group_tables(analysis)
    elif section == "Pictures":
        draw_pictures(stored.panels)
    else:
        draw_patients(stored)


@st.cache_resource(show_spinner="Working out intervals over patients …", max_entries=8)
def load(folder: str, stamp: float, _finished: Finished) -> tuple[StoredEvaluation, Analysis]:
    """Read once, and again when the evaluation was made anew."""
    stored = read_evaluation(Path(folder), _finished.calibration)
    return stored, analyse(stored.patients, stored.traits)


def draw_head(finished: Finished, stored: StoredEvaluation, analysis: Analysis) -> None:
    """What was measured, with which weights, on whom; the downloads beside."""
    one = stored.evaluation
    facts = (
        counted(one.patients, "patient"),
        counted(one.slices, "slice"),
        f"split by {one.split_kind} (`{one.split_fingerprint}`)",
        f"pixel threshold {one.threshold:g}",
        plain(one.weights[:WEIGHTS_LETTERS]) or f"weights {DASH}",
        f"data {plain(', '.join(one.data)) or DASH}",
        f"measured {plain(one.made[:10]) or DASH}",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"#### {plain(finished.subject)}: {plain(one.part)}", width="stretch")
        with st.popover("Downloads", icon=":material/download:"):
            draw_downloads(finished, stored, analysis)
    if one.subject != finished.subject:
        st.caption(f"Read by {plain(one.subject)}")
    st.caption(" · ".join(facts))
    st.caption("Its patients can no longer be read first by who looks at this page.")
    for reason in cautions(one):
        st.warning(reason, icon=":material/warning:")
    if one.left_out:
        with st.expander(left_out_words(one), icon=":material/warning:"):
            refused_files([(lost.file, lost.reason) for lost in one.left_out], "left out")


def draw_downloads(finished: Finished, stored: StoredEvaluation, analysis: Analysis) -> None:
    """The report as one HTML file, and each table as CSV; names bear the content's hash."""
    draw_documents(finished, documents(str(finished.folder), finished.stamp, stored, analysis))


@st.cache_resource(show_spinner=False, max_entries=2)
def documents(
    folder: str, stamp: float, _stored: StoredEvaluation, _analysis: Analysis
) -> dict[str, bytes]:
    """Name -> content of what can be downloaded; the page is made where none was stored."""
    stored = _stored
    if stored.report is not None:
        page = stored.report.read_bytes()
    else:
        page = html_report(stored.evaluation, stored.patients, _analysis, stored.panels).encode()
    tables = {"figures.csv": figures_text(stored.evaluation).encode()}
    kept = [path for name in STORED_TABLES if (path := stored.folder / name).is_file()]
    tables |= {path.name: path.read_bytes() for path in kept}
    later = {name: text.encode() for name, text in analysis_tables(_analysis).items()}
    return {"report.html": page, **tables, **later}


def draw_figures(stored: StoredEvaluation) -> None:
    """The paper's table, and the Dice of each patient."""
    left, right = st.columns([1.25, 1], gap="large")
    with left:
        paper_table(stored.evaluation)
    with right:
        st.markdown("##### Dice of each patient")
        still_chart(dice_figure(stored.patients), key="dice_chart", config=QUIET)
        st.caption("All slices of a patient pooled, the empty ones too.")


def draw_slices(analysis: Analysis) -> None:
    """Slices as a detector sees them, and what their confidence is worth."""
    left, right = st.columns(2, gap="large")
    with left:
        area = None if analysis.roc is None else analysis.roc.auroc
        st.markdown(f"##### ROC of slices: AUROC {number(area)}")
        if analysis.roc is not None:
            still_chart(roc_figure(analysis.roc), key="roc_chart", config=QUIET)
        sensitivity_table(analysis)
    with right:
        found = analysis.reliability
        error = None if found is None else found.error
        st.markdown(f"##### Reliability: expected calibration error {number(error)}")
        if found is not None:
            still_chart(reliability_figure(found), key="reliability_chart", config=QUIET)
            reliability_table(analysis)
            st.caption("Ten equal-width bins over all slices, weighted by their number of slices.")
            if not found.calibrated:
                st.caption("Not calibrated: this is the slice's raw score, not a confidence.")


def draw_findings(stored: StoredEvaluation, analysis: Analysis) -> None:
    """Lesions found over false findings, and in which patients."""
    found = analysis.froc
    if found is None:
        st.info(no_froc_words(stored.patients))
        return
    left, right = st.columns([1, 1.25], gap="large")
    with left:
        st.markdown("##### FROC: lesions found over false findings")
        still_chart(froc_figure(found), key="froc_chart", config=QUIET)
        table(FOUND_HEAD, found_rows(found))
    with right:
        st.markdown("##### By patient, worst first")
        regions_table(stored.patients)
    st.markdown(false_words(found))
    st.caption(region_words(stored.evaluation))


def draw_pictures(panels: Sequence[StoredPanel]) -> None:
    """Original, truth, probability and mask of the chosen slices, a few at a time."""
    if not panels:
        st.info(
            "No pictures were kept with this evaluation: a released model carries no patient's "
            "slices. Evaluate it anew on a data set to see them."
        )
        return
    counts = {kind: sum(p.chosen.kind == kind for p in panels) for kind in KINDS}
    st.session_state.setdefault(session.EVALUATION_PICTURES, KINDS[0])
    kind = st.segmented_control(
        "Slices",
        KINDS,
        key=session.EVALUATION_PICTURES,
        format_func=lambda kind: f"{kind} ({counts[kind]})",
        label_visibility="collapsed",
        required=True,
    )
    st.caption(KIND_WORDS[kind])
    some = [panel for panel in panels if panel.chosen.kind == kind]
    if not some:
        st.caption("None.")
    last = max(-(-len(some) // A_PAGE), 1)
    number_ = 1
    if last > 1:
        number_ = st.number_input(f"Page of {last}", 1, last, key=f"page:{kind}", width=160)
    for panel in some[(number_ - 1) * A_PAGE : number_ * A_PAGE]:
        draw_picture(panel)


def draw_picture(panel: StoredPanel) -> None:
    """Within the page: a picture of a patient gets no address of its own."""
    try:
        data = base64.b64encode(panel.picture.read_bytes()).decode()
    except OSError:
        st.caption(f"{plain(panel.chosen.file)}: its picture is gone. Evaluate anew.")
        return
    alt = escape(f"{panel.chosen.kind}: {panel.chosen.file}", quote=True)
    st.html(f'<img style="max-width:100%" alt="{alt}" src="data:image/png;base64,{data}">')


def draw_patients(stored: StoredEvaluation) -> None:
    """A row a patient, worst first."""
    order = sorted(stored.patients, key=lambda p: -1 if p.dice is None else p.dice)
    table(
        ("patient", "slices", "with tumour", "truth px", "mask px", "Dice"),
        [
            (
                patient.patient,
                len(patient.slices),
                sum(one.holds_tumour for one in patient.slices),
                f"{patient.counts.truth_px:,}",
                f"{patient.counts.mask_px:,}",
                number(patient.dice),
            )
            for patient in order
        ],
    )
