"""Who agrees with whom, how reads compare with the truth, and what changes after the reveal did.

Figures are pooled over the studies that this seat may see; what was not measured is a dash.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from pages.components.confidence_figure import DASH
from pages.components.worklist.all_reads import AllReads
from seg_core.reading import Agreement
from seg_core.reading.over_studies import (
    FEWEST_STUDIES,
    Interval,
    SliceFigure,
    share_interval,
    slice_interval,
)
from seg_core.reading.report import (
    TRUTH_FIRST,
    Pair,
    ReviewerFigures,
    against_models,
    between_reviewers,
    figures_of_reviewers,
)
from seg_core.reading.suspicion import Suspected, auroc, auroc_interval

KAPPA = (
    "Kappa is agreement beyond chance. It falls when few slices hold tumour even where two agree "
    "on nearly all, so the prevalence stands beside it: the mean share of slices that the two "
    "call tumour."
)

OF_READERS = (
    "Studies: those with outlined tumour that the first verdict calls tumour, of all such. "
    "Suspicion: how well what the first verdict says of it, 1 to 5, tells studies with outlined "
    "tumour from those without; 0.5 is chance. Slices: "
    "pooled over studies; one that the verdict does not name counts as called empty. Active time: "
    "hands on mouse, wheel, keys or screen; of a longer pause 20 s count."
)

INTERVALS = (
    "In brackets the 95 % interval over studies, not over reviewers: by bootstrap, Wilson's for "
    "the studies found where each was read once. *Too few*: fewer than "
    f"{FEWEST_STUDIES} studies bear on the figure, of either kind for suspicion. (–): every draw "
    "of studies gives the same."
)

KNEW = (
    "*Truth seen before the model*: nothing was asked after that, so these reads have a first "
    "verdict and nothing after it."
)


def show_agreement(everything: AllReads) -> None:
    """Pairs, then each reviewer against the truth, then what the reveal changed."""
    if not everything.reads:
        st.info("No verdict is stored yet that may be counted here.")
        return
    slices = {study_id: row.slices for study_id, row in everything.rows.items()}
    counted = _may_count(everything)
    st.markdown("#### Slice by slice")
    pairs = against_models(everything.reads, everything.reveals, slices)
    pairs += between_reviewers(everything.reads, slices)
    if pairs:
        st.dataframe(_pairs(pairs), hide_index=True)
        st.caption(f"{KAPPA} {INTERVALS}")
    else:
        st.caption("Nobody else, and no model, has read the studies with a verdict.")
    figures = figures_of_reviewers(counted.reads, counted.reveals, slices)
    st.markdown("#### Reviewers and the truth")
    st.dataframe(_reviewers(figures), hide_index=True)
    st.caption(f"{OF_READERS} {INTERVALS}")
    st.markdown("#### What the reveal changed")
    st.dataframe(_changes(figures), hide_index=True)
    st.caption(
        "Answers to discrepancies where the truth is known; an unsure one counts as kept. A "
        "finding is right where it touches outlined tumour. Studies whose discrepancies you have "
        "not all answered are left out."
        + (f" {KNEW}" if any(f.mode.endswith(TRUTH_FIRST) for f in figures) else "")
    )


def _may_count(everything: AllReads) -> AllReads:
    """Only studies of which this seat may see the truth."""
    kept = tuple(read for read in everything.reads if read.study_id in everything.answered)
    return AllReads(kept, everything.reveals, everything.rows, everything.answered)


def _pairs(pairs: list[Pair]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Reviewer": [pair.first for pair in pairs],
            "Beside": [pair.second for pair in pairs],
            "Read as": [pair.mode for pair in pairs],
            "Studies": [pair.studies for pair in pairs],
            "Slices": [pair.slices.slices for pair in pairs],
            "Agreement": [_slices(pair.by_study, "agreement") for pair in pairs],
            "Kappa": [_slices(pair.by_study, "kappa") for pair in pairs],
            "Prevalence": [share(pair.slices.prevalence) for pair in pairs],
            "Both": [pair.slices.both for pair in pairs],
            "Reviewer alone": [pair.slices.first_only for pair in pairs],
            "The other alone": [pair.slices.second_only for pair in pairs],
        }
    )


def _reviewers(figures: list[ReviewerFigures]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Reviewer": [f.reviewer for f in figures],
            "Read as": [f.mode for f in figures],
            "Studies": [f.studies for f in figures],
            "Active time a study, median": [_time(f) for f in figures],
            "Studies with truth": [f.truth_studies for f in figures],
            "Studies with tumour, found": [_found(f.found_by_study) for f in figures],
            "Suspicion, AUROC": [_suspicion(f.suspected) for f in figures],
            "Slice sensitivity, first verdict": [
                _slices(f.before_by_study, "sensitivity") for f in figures
            ],
            "after the reveal": [_slices(f.after_by_study, "sensitivity") for f in figures],
            "Slice specificity, first verdict": [
                _slices(f.before_by_study, "specificity") for f in figures
            ],
            "after the reveal ": [_slices(f.after_by_study, "specificity") for f in figures],
        }
    )


def _changes(figures: list[ReviewerFigures]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Reviewer": [f.reviewer for f in figures],
            "Read as": [f.mode for f in figures],
            "Wrong turned right": [f.changes.wrong_to_right for f in figures],
            "Right turned wrong": [f.changes.right_to_wrong for f in figures],
            "Kept, right": [f.changes.right for f in figures],
            "Kept, wrong": [f.changes.wrong for f in figures],
            "Truth not known": [f.changes.unknown for f in figures],
            "Without an answer": [f.changes.unanswered for f in figures],
        }
    )


def _time(f: ReviewerFigures) -> str:
    """`1 min 24 s`, `52 s (3 timed)` where not every study was."""
    if f.seconds is None:
        return DASH
    minutes, seconds = divmod(round(f.seconds), 60)
    said = f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"
    return said if f.timed == f.studies else f"{said} ({f.timed} timed)"


@st.cache_data(max_entries=1024, show_spinner=False)
def _found(by_study: tuple[tuple[int, int], ...]) -> str:
    """`9 of 12 (46.8 % to 91.1 %)`; kept as `_slices` is."""
    if not by_study:
        return DASH
    found, reads = (sum(column) for column in zip(*by_study, strict=True))
    return f"{found} of {reads} {_within(share_interval(by_study), share)}"


@st.cache_data(max_entries=1024, show_spinner=False)
def _suspicion(suspected: tuple[Suspected, ...]) -> str:
    """`0.874 (0.801 to 0.938)`; kept as `_slices` is."""
    value = auroc(suspected)
    if value is None:
        return DASH
    return f"{figure(value)} {_within(auroc_interval(suspected), figure)}"


@st.cache_data(max_entries=1024, show_spinner=False)
def _slices(by_study: tuple[Agreement, ...], name: SliceFigure) -> str:
    """`93.4 % (90.1 to 95.8)`; kappa as it is. Kept, for a figure is drawn 2,000 times."""
    value = getattr(sum(by_study, Agreement()), name)
    if value is None:
        return DASH
    interval = slice_interval(by_study, name)
    if name == "kappa":
        return f"{figure(value)} {_within(interval, figure)}"
    return f"{share(value)} {_within(interval, lambda end: f'{100 * end:.1f}')}"


def _within(interval: Interval, written: Callable[[float], str]) -> str:
    """`(0.101 to 0.305)`, or why there is none."""
    if interval.low is None or interval.high is None:
        return "(too few)" if interval.too_few else f"({DASH})"
    return f"({written(interval.low)} to {written(interval.high)})"


def share(value: float | None) -> str:
    """`93.4 %`; a dash where it is not defined."""
    return DASH if value is None else f"{100 * value:.1f} %"


def figure(value: float | None) -> str:
    """`0.612`; a dash where it is not defined."""
    return DASH if value is None else f"{value:.3f}"
