"""Neighbouring flagged slices as ranges, numbered from 1. It knows no file and no model."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from seg_core.study import Reading


def flags(reading: Reading, confidence_threshold: float | None = None) -> np.ndarray:
    """bool (n,): slices at or above the confidence threshold (the card's unless given).

    Nothing is flagged where the confidence is not calibrated: a raw score is no
    certainty. Such slices are still shown in order of their score.
    """
    if confidence_threshold is None:
        confidence_threshold = reading.confidence_threshold
    above = reading.confidence >= np.float32(confidence_threshold)
    return np.asarray(above & reading.calibrated)


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


def format_ranges(ranges: Iterable[tuple[int, int]]) -> str:
    """`63-65, 70`; empty without ranges."""
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges)
