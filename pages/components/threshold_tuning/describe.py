"""What the tuning component is told: curves, counts and words, once. It draws nothing.

Plain JSON, some 60 kB whatever the number of patients; None where a rate is not defined.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pages.components.charts import BLUE, GREEN, ORANGE, PINK
from seg_core.evaluation.curves_over_patients import Curve
from seg_core.evaluation.figures import DICE, F1, PRECISION, RECALL
from seg_core.evaluation.thresholds import THRESHOLDS
from seg_core.evaluation.tuning import PixelCosts, SliceCosts, Tuning, nearest

Described = dict[str, Any]

PIXELS, SLICES = "pixels", "slices"
"""Names of the two thresholds' panels, and of what the component sends back."""

STYLES = {PRECISION: (ORANGE, "6 3"), RECALL: (PINK, "2 3"), F1: (BLUE, ""), DICE: (GREEN, "9 3")}
"""Colour and dashes of each curve of pixels: they differ in pattern, too."""

MISSED, EMPTY = "Tumour slices missed", "Flagged without outlined tumour"

READ = "Bars: 95 % interval over patients. The axis is stretched towards 1."
"""How both charts are read."""

AT_MOST = (0.05, 0.1)
"""Shares of missed tumour slices that one jumps to the highest threshold for."""


@dataclass(frozen=True)
class Start:
    """The thresholds that panels start from, and whose they are: `card` or `recipe`.

    confidence: None for a run, whose recipe has none.
    """

    pixel: float
    confidence: float | None
    whose: str


def describe(tuning: Tuning, start: Start, revision: str, button: str = "") -> Described:
    """Both panels, or the slices' alone. button: what it says; "" shows none.

    revision: another one puts both sliders back to their start.
    """
    pixels = [pixel_axis(tuning.pixels, start)] if tuning.pixels else []
    return {
        "revision": revision,
        "thresholds": list(THRESHOLDS),
        "axes": [*pixels, slice_axis(tuning.slices, start)],
        "button": button,
    }


def pixel_axis(costs: PixelCosts, start: Start) -> Described:
    """Precision, recall, F1 and Dice over the pixel threshold."""
    curves = [curve(name, costs.curves[name], *STYLES[name]) for name in STYLES]
    best = [(f"highest {word}", peak(costs.curves[name])) for word, name in
            (("F1", F1), ("mean Dice", DICE))]  # fmt: skip
    return {
        "name": PIXELS,
        "title": "Pixels: where the mask begins",
        "threshold": "pixel threshold",
        "note": f"F1 over all pixels is Dice over all pixels. {READ}",
        "percent": False,
        "curves": curves,
        **beginnings(start.pixel, start.whose, best),
        "said": [
            said(
                f"Of {costs.tumour_slices:,} tumour slices {{}} get no pixel right;", costs.missed
            ),
            said(f"of {costs.empty_slices:,} without tumour {{}} get a mask.", costs.false_alarms),
        ],
    }


def slice_axis(costs: SliceCosts, start: Start) -> Described:
    """Missed tumour slices and empty flags over the confidence threshold."""
    low = [(f"misses at most {100 * share:g} of 100", last_below(costs.missed, share))
           for share in AT_MOST]  # fmt: skip
    word = "confidence threshold" if costs.calibrated else "raw score"
    return {
        "name": SLICES,
        "title": "Slices: what is flagged",
        "threshold": word,
        "note": f"Shares of 100. {READ}"
        if costs.calibrated
        else "By raw score: nothing is calibrated before the release.",
        "percent": True,
        "curves": [
            curve(MISSED, costs.missed, ORANGE, ""),
            curve(EMPTY, costs.empty, BLUE, "6 3"),
        ],
        **beginnings(start.confidence, start.whose, low),
        "said": [
            said("{} slices are flagged,", costs.flagged),
            said("{} of them without outlined tumour;", costs.flagged_empty),
            said(f"{{}} of {costs.tumour_slices:,} tumour slices are missed.", costs.missed_slices),
        ],
    }


def beginnings(
    threshold: float | None, whose: str, jumps: Sequence[tuple[str, int | None]]
) -> Described:
    """Where the slider starts, the mark of whose threshold that is, and the jumps."""
    own = None if threshold is None else nearest(threshold)
    label = "" if threshold is None else f"{whose} {threshold:g}"
    there = [(f"{word} ({THRESHOLDS[at]:g})", at) for word, at in jumps if at is not None]
    if own is not None:
        there.insert(0, (label, own))
    return {
        "start": nearest(0.5) if own is None else own,
        "own": own,
        "own_label": label,
        "jumps": [{"label": word, "index": index} for word, index in there],
    }


def curve(name: str, rates: Curve, colour: str, dash: str) -> Described:
    return {
        "name": name,
        "colour": colour,
        "dash": dash,
        "value": plain_numbers(rates.value),
        "low": plain_numbers(rates.low),
        "high": plain_numbers(rates.high),
    }


def plain_numbers(values: np.ndarray) -> list[float | None]:
    """float (n,) to six digits, so that the third is rounded as it is elsewhere; None for NaN."""
    return [None if np.isnan(value) else round(float(value), 6) for value in values]


def peak(rates: Curve) -> int | None:
    """Index of the highest value, the middle one of a plateau; None where none is defined."""
    if np.isnan(rates.value).all():
        return None
    at = np.flatnonzero(rates.value == np.nanmax(rates.value))
    return int(at[len(at) // 2])


def last_below(rates: Curve, share: float) -> int | None:
    """Index of the highest threshold at which the rate is not above `share`."""
    at = np.flatnonzero(rates.value <= share)
    return int(at[-1]) if len(at) else None


def said(words: str, counts: np.ndarray) -> Described:
    """A sentence with a number for each threshold in the place of its braces."""
    return {"words": words, "counts": [int(count) for count in counts]}
