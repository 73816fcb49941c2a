"""A reviewer's verdict on a study: what it consists of, and what makes it whole. It stores none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from seg_core.errors import ReadError

Tumour = Literal["yes", "no", "unsure"]
TUMOUR: tuple[Tumour, ...] = ("yes", "no", "unsure")
DIFFICULTY = range(1, 6)
"""From 1, easy, to 5, hard."""

SUSPICION = range(1, 6)
"""From 1, surely no tumour, to 5, surely tumour: what a ROC analysis of readers needs."""

LONGEST_NOTE = 4000


@dataclass(frozen=True)
class Marker:
    """A point in a slice, in pixels from its upper left corner; the first pixel's middle is 0.5.

    sure: of SUSPICION, that it lies on tumour; None where that was not said.
    """

    slice: int
    x: float
    y: float
    sure: int | None = None


@dataclass(frozen=True)
class Outline:
    """A closed line in a slice; points are (x, y) as a marker's, and so is sure."""

    slice: int
    points: tuple[tuple[float, float], ...]
    sure: int | None = None


@dataclass(frozen=True)
class Verdict:
    """What a reviewer made of one study, slices numbered from 1.

    slices: those with tumour, in rising order. painted: slices that were shown, None where
    that was not recorded. active_seconds: time without idle time, None where not recorded.
    """

    tumour: Tumour
    slices: tuple[int, ...] = ()
    markers: tuple[Marker, ...] = ()
    outlines: tuple[Outline, ...] = ()
    difficulty: int | None = None
    suspicion: int | None = None
    note: str = ""
    painted: tuple[int, ...] | None = None
    active_seconds: float | None = None

    def unseen(self, slices: int) -> tuple[int, ...]:
        """Slices of a study of that many which were never shown; none where not recorded."""
        return unseen(self.painted, slices)


def unseen(painted: Sequence[int] | None, slices: int) -> tuple[int, ...]:
    """Slices from 1 to `slices` that `painted` does not hold; () where it was not recorded."""
    if painted is None:
        return ()
    there = set(painted)
    return tuple(n for n in range(1, slices + 1) if n not in there)


AGAINST_ITSELF = (("yes", min(SUSPICION)), ("no", max(SUSPICION)))
"""Tumour, and surely none; none, and surely tumour."""


def check_verdict(verdict: Verdict, slices: int) -> None:
    """Raise ReadError unless the verdict fits a study of `slices` slices."""
    if verdict.tumour not in TUMOUR:
        raise _wrong("tumour", "yes, no or unsure", verdict.tumour)
    if verdict.tumour == "yes" and not verdict.slices:
        raise ReadError(
            "verdict: expected at least one slice with tumour, found none. Name it, such as 63-65, "
            "or mark it; nothing was stored."
        )
    if verdict.tumour == "no" and (verdict.slices or verdict.markers or verdict.outlines):
        raise _wrong("slices", "no slice and no mark for a verdict of no tumour", "some")
    if list(verdict.slices) != sorted(set(verdict.slices)):
        raise _wrong("slices", "each slice once, in rising order", str(list(verdict.slices)))
    marked = [m.slice for m in verdict.markers] + [o.slice for o in verdict.outlines]
    for number in (*verdict.slices, *marked, *(verdict.painted or ())):
        if not 1 <= number <= slices:
            raise _wrong("slices", f"numbers from 1 to {slices}", str(number))
    if verdict.difficulty is not None and verdict.difficulty not in DIFFICULTY:
        raise _wrong("difficulty", "1 to 5", str(verdict.difficulty))
    if verdict.suspicion is not None and verdict.suspicion not in SUSPICION:
        raise _wrong("suspicion", "1 to 5", str(verdict.suspicion))
    if (verdict.tumour, verdict.suspicion) in AGAINST_ITSELF:
        raise ReadError(
            "verdict: expected the answer and how sure you are to agree, found one against the "
            "other. Change one of them; nothing was stored."
        )
    said = [m.sure for m in verdict.markers] + [o.sure for o in verdict.outlines]
    for sure in said:
        if sure is not None and sure not in SUSPICION:
            raise _wrong("marks", "1 to 5 for how sure one is", str(sure))
    if len(verdict.note) > LONGEST_NOTE:
        raise _wrong("note", f"at most {LONGEST_NOTE} characters", str(len(verdict.note)))
    _check_numbers(verdict)


def _check_numbers(verdict: Verdict) -> None:
    points = [(m.x, m.y) for m in verdict.markers]
    points += [point for outline in verdict.outlines for point in outline.points]
    if not all(math.isfinite(x) and math.isfinite(y) for x, y in points):
        raise _wrong("markers", "places in pixels", "something that is no number")
    seconds = verdict.active_seconds
    if seconds is not None and not (math.isfinite(seconds) and seconds >= 0):
        raise _wrong("active seconds", "0 or more", str(seconds))


def as_columns(verdict: Verdict) -> dict[str, Any]:
    """The verdict as the columns of its line."""
    return {
        "tumour": verdict.tumour,
        "slices": list(verdict.slices),
        **told_marks(verdict.markers, verdict.outlines),
        "difficulty": verdict.difficulty,
        "suspicion": verdict.suspicion,
        "note": verdict.note,
        "painted": None if verdict.painted is None else list(verdict.painted),
        "active_seconds": verdict.active_seconds,
    }


def told_marks(markers: Sequence[Marker], outlines: Sequence[Outline]) -> dict[str, Any]:
    """`markers` and `outlines` as plain JSON; `sure` where it was said."""
    return {
        "markers": [{"slice": m.slice, "x": m.x, "y": m.y} | _sure(m) for m in markers],
        "outlines": [
            {"slice": o.slice, "points": [list(point) for point in o.points]} | _sure(o)
            for o in outlines
        ],
    }


def _sure(mark: Marker | Outline) -> dict[str, int]:
    return {} if mark.sure is None else {"sure": mark.sure}


def from_columns(has: Any) -> Verdict:
    """The verdict in a line's columns."""
    return Verdict(
        tumour=has["tumour"],
        slices=tuple(has["slices"]),
        markers=tuple(Marker(**marker) for marker in has["markers"]),
        outlines=tuple(
            Outline(o["slice"], tuple((x, y) for x, y in o["points"]), o.get("sure"))
            for o in has["outlines"]
        ),
        difficulty=has["difficulty"],
        suspicion=has["suspicion"],
        note=has["note"],
        painted=None if has["painted"] is None else tuple(has["painted"]),
        active_seconds=has["active_seconds"],
    )


def _wrong(what: str, expected: str, found: str) -> ReadError:
    return ReadError(f"verdict, {what}: expected {expected}, found {found}. Nothing was stored.")
