"""The findings of a reading as a table: which slices, where largest, how large. It opens none."""

from __future__ import annotations

import streamlit as st

from pages.components.confidence_figure import cut_confidence
from pages.components.counted import counted
from pages.components.findings import findings_of
from seg_core.study import Reading, Study
from seg_core.triage.ranges import format_ranges

SHOWN = 5
"""Lines that stand without scrolling."""


def show_findings(study_id: str, study: Study, reading: Reading) -> int | None:
    """What hangs together in the mask, the largest first; the slice of the line clicked, from 1."""
    found, specks = findings_of(study_id, reading)
    left = f", {counted(specks, 'speck')} left out" if specks else ""
    which = f"**{counted(len(found), 'finding')}**" if found else "**No finding**"
    st.markdown(f"{which} in the mask at {reading.pixel_threshold:g}{left}")
    if not found:
        return None
    rows = [
        {
            "slices": format_ranges([(one.first, one.last)]),
            "slice": one.slice,
            "confidence": cut_confidence(one.confidence),
            "area": _area(one.area_px, study),
            "total": _volume(one.total_px, study),
        }
        for one in found
    ]
    chosen = st.dataframe(
        rows,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        height="content" if len(rows) <= SHOWN else 35 * (SHOWN + 1),
        column_config={
            "slices": st.column_config.TextColumn("Slices"),
            "slice": st.column_config.NumberColumn("Largest in slice"),
            "confidence": st.column_config.NumberColumn("Highest confidence", format="%.3f"),
            "area": st.column_config.TextColumn("Area there"),
            "total": st.column_config.TextColumn("Over all its slices"),
        },
    )
    picked = chosen.selection.rows
    return found[picked[0]].slice if picked else None


def _area(pixels: int, study: Study) -> str:
    """Pixels, and square millimetres where the files state a spacing."""
    if study.spacing_mm is None:
        return f"{pixels:,} px"
    _, row_mm, column_mm = study.spacing_mm
    return f"{pixels:,} px, {pixels * row_mm * column_mm:,.0f} mm²"


def _volume(pixels: int, study: Study) -> str:
    """Pixels, and millilitres where the files state a spacing."""
    if study.voxel_ml is None:
        return f"{pixels:,} px"
    return f"{pixels:,} px, {pixels * study.voxel_ml:,.1f} ml"
