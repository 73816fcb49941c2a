"""What a model found, as a list: each component of its mask with where it is largest.

A finding is what the mask holds, no diagnosis; nothing in the list clears the rest of the study.
"""

from __future__ import annotations

from dataclasses import dataclass

from seg_core.components import components
from seg_core.study import Reading


@dataclass(frozen=True)
class Finding:
    """One component of a mask.

    first, last: its slices, from 1. slice: where it is largest; x, y: its middle there, in pixels
    from the upper left corner. area_px: pixels there; total_px: over all its slices. confidence:
    the highest of its slices.
    """

    first: int
    last: int
    slice: int
    x: float
    y: float
    area_px: int
    total_px: int
    confidence: float


def find_findings(reading: Reading) -> tuple[list[Finding], int]:
    """Findings at the reading's own pixel threshold, the largest first, and specks left out."""
    listed, specks = components(reading.mask())
    found = []
    for one in listed:
        number, x, y = one.largest()
        found.append(
            Finding(
                first=one.slices[0],
                last=one.slices[-1],
                slice=number,
                x=x,
                y=y,
                area_px=int(one.masks[one.slices.index(number)].sum()),
                total_px=one.area_px,
                confidence=float(reading.confidence[one.slices[0] - 1 : one.slices[-1]].max()),
            )
        )
    return sorted(found, key=lambda finding: -finding.total_px), specks
