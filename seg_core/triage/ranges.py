"""Neighbouring slices as ranges, numbered from 1, and back. It knows no file and no model."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

import numpy as np

from seg_core.study import Reading, flagged


def flags(reading: Reading, confidence_threshold: float | None = None) -> np.ndarray:
    """bool (n,): slices at or above the confidence threshold (the card's unless given).

    Slices whose confidence is not calibrated are still shown in order of their score.
    """
    if confidence_threshold is None:
        confidence_threshold = reading.confidence_threshold
    return flagged(reading.confidence, reading.calibrated, confidence_threshold)


def flagged_ranges(flags: Iterable[bool]) -> list[tuple[int, int]]:
    """(first, last) slice of each run of neighbouring flags, both ends included, from 1."""
    ranges: list[tuple[int, int]] = []
    for number, flag in enumerate(flags, start=1):
        if not flag:
            continue
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return ranges


def cut_confidence(confidence: float) -> float:
    """Three decimals, cut and not rounded: 0.9796 must not stand as 0.980 beside "not flagged".

    float32 falls short of the decimal it was made from by up to 6e-8: that is made good first.
    """
    return math.floor((float(confidence) + 1e-7) * 1000) / 1000


def format_ranges(ranges: Iterable[tuple[int, int]]) -> str:
    """`63-65, 70`; empty without ranges."""
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges)


def ranges_of(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Slice numbers as ranges: 63, 64, 65, 70 -> (63, 65), (70, 70)."""
    named = set(numbers)
    return flagged_ranges(number in named for number in range(1, max(named, default=0) + 1))


def parse_ranges(text: str, slices: int) -> tuple[int, ...]:
    """Slice numbers of a text such as `63-65, 70`, each once, rising; empty for an empty text.

    Raises ValueError for anything else, and for slices that a study of `slices` has not.
    """
    found: set[int] = set()
    for part in filter(None, (piece.strip() for piece in re.split(r"[,;]", text))):
        match = re.fullmatch(r"(\d{1,6})(?:\s*[-\N{EN DASH}]\s*(\d{1,6}))?", part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= slices:
            raise ValueError(
                f"slices: expected numbers from 1 to {slices} such as 3-5, 7, received {part!r}"
            )
        found.update(range(first, last + 1))
    return tuple(sorted(found))
