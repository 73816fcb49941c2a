"""A confidence as pages print it. It computes none."""

from __future__ import annotations

import math

DASH = "\N{EN DASH}"


def cut_confidence(confidence: float) -> float:
    """Three decimals, cut and not rounded: 0.9796 must not stand as 0.980 beside \"not flagged\".

    float32 falls short of the decimal it was made from by up to 6e-8: that is made good first.
    """
    return math.floor((float(confidence) + 1e-7) * 1000) / 1000


def confidence_figure(confidence: float | None) -> str:
    """`0.979`; a dash where there is none."""
    return DASH if confidence is None else f"{cut_confidence(confidence):.3f}"
