"""A confidence as pages print it. It computes none."""

from __future__ import annotations

from seg_core.triage.ranges import cut_confidence

DASH = "\N{EN DASH}"


def confidence_figure(confidence: float | None) -> str:
    """`0.979`; a dash where there is none."""
    return DASH if confidence is None else f"{cut_confidence(confidence):.3f}"
