"""The part of a model's card that says who chose its thresholds, and what they cost."""

from __future__ import annotations

import streamlit as st

from pages.components.counted import counted
from pages.components.evaluation.operating_point import rate_words, with_span
from pages.components.evaluation.tables import table
from pages.components.plain_text import plain
from pages.components.threshold_tuning.describe import EMPTY, MISSED
from seg_core.evaluation.at_threshold import OF_MASKS
from seg_core.models.card import Card, Rate
from seg_core.models.card_text import chosen_by


def show_operating_point(card: Card) -> None:
    """Thresholds, author, date, note and costs; nothing for a card as released."""
    point = card.operating_point
    if point is None:
        return
    st.markdown("##### Operating point")
    st.markdown(plain(chosen_by(point)))
    if point.note:
        st.markdown(f"> {plain(point.note)}")
    cost = point.slices
    rows = [
        ("Pixel threshold", f"{point.pixel_threshold:g}"),
        *((one.name, with_span(one.value, one.low, one.high)) for one in point.pixels),
        ("Confidence threshold", f"{point.confidence_threshold:g}"),
        (MISSED, words(cost.missed)),
        (EMPTY, words(cost.empty)),
    ]
    on = [f"{m.split}: {counted(m.patients, 'patient')}, {counted(m.slices, 'slice')}"
          for m in point.pixels[:1]]  # fmt: skip
    table(("", plain(on[0]) if on else ""), rows)
    st.caption(
        f"From `{cost.source}`. The thresholds were chosen on these patients: on others expect "
        "worse."
    )


def words(rate: Rate | None) -> str:
    """A share of 100 with its interval; a dash where it is not defined."""
    return rate_words(rate.value, rate.low, rate.high) if rate else rate_words(None, None, None)


def measured_masks(card: Card) -> str:
    """At which pixel threshold masks were measured, where that is not the card's own."""
    others = {
        (m.pixel_threshold, m.split)
        for m in card.measured
        if m.name in OF_MASKS and m.pixel_threshold not in (None, card.pixel_threshold)
    }
    if not others:
        return ""
    before = " and ".join(f"{at:g} on {plain(split)}" for at, split in sorted(others))
    return (
        f" Precision, recall, F1 and Dice at pixel threshold {before}, measured before "
        f"{card.pixel_threshold:g} was chosen: evaluate this version to measure it there."
    )
