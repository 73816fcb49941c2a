"""Every discrepancy between a verdict and the model's reading, over all studies. It judges none."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.components import session
from pages.components.confidence_figure import DASH
from pages.components.counted import counted
from pages.components.plain_text import plain
from pages.components.reveal_panel import ANSWERS
from pages.components.worklist.all_reads import AllReads
from seg_core.store import Read, Seat
from seg_core.store.reveals import Discrepancy
from seg_core.triage.ranges import format_ranges, ranges_of

WHO = {"model": "the model alone", "reviewer": "the reviewer alone"}
ANY, OPEN, ANSWERED = "all", "without an answer", "answered"


def show_discrepancies(seat: Seat, everything: AllReads) -> None:
    """The list, narrowed by answer and reviewer; a line opens its slice in the viewer."""
    lines = [
        (read, one)
        for read in everything.reads
        if read.seq in everything.reveals
        for one in everything.reveals[read.seq].discrepancies
    ]
    if not lines:
        st.info("No discrepancy yet: they are listed once a verdict is stored and revealed.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        which = st.segmented_control("Answer", (ANY, OPEN, ANSWERED), default=ANY, required=True)
        names = sorted({read.reviewer for read, _ in lines})
        who = st.selectbox("Reviewer", [ANY, *names], width=260) if len(names) > 1 else ANY
    kept = [
        (read, one)
        for read, one in lines
        if who in (ANY, read.reviewer) and (which == ANY or (one.answer is None) == (which == OPEN))
    ]
    st.caption(f"{counted(len(kept), 'discrepancy')} of {len(lines):,}")
    picked = st.dataframe(
        _table(kept, everything),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="discrepancies",
    )
    index = picked.selection.rows
    chosen = kept[index[0]] if index and index[0] < len(kept) else None
    _open(seat, chosen, everything)


def _table(lines: list[tuple[Read, Discrepancy]], everything: AllReads) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Study": [everything.rows[read.study_id].name for read, _ in lines],
            "Reviewer": [read.reviewer for read, _ in lines],
            "Read as": [read.mode for read, _ in lines],
            "Found by": [WHO[one.found.kind] for _, one in lines],
            "Slices": [format_ranges(ranges_of(one.found.slices)) for _, one in lines],
            "Pixels": [
                DASH if one.found.area_px is None else f"{one.found.area_px:,}" for _, one in lines
            ],
            "Answer": [ANSWERS[one.answer] if one.answer else DASH for _, one in lines],
            "Note": [one.answers[-1].note if one.answers else "" for _, one in lines],
            "Tumour outlined there": [
                _truth(one) if read.study_id in everything.answered else DASH for read, one in lines
            ],
            "Model": [everything.reveals[read.seq].model for read, _ in lines],
        }
    )


def _truth(one: Discrepancy) -> str:
    holds = one.found.holds_tumour
    return DASH if holds is None else "yes" if holds else "no"


def _open(seat: Seat, chosen: tuple[Read, Discrepancy] | None, everything: AllReads) -> None:
    name = f" in {plain(everything.rows[chosen[0].study_id].name)}" if chosen else ""
    if st.button(f"Look at it{name}", type="primary", disabled=chosen is None) and chosen:
        read, one = chosen
        if read.reviewer == seat.reviewer:
            session.show_discrepancy(read.study_id, one.number)
        session.open_study(read.study_id, one.found.at_slice)
