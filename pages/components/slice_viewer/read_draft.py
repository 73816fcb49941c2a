"""What a reviewer recorded in the browser while reading: checked as it comes in. It stores nothing.

A browser may send anything: numbers are held against the study, counts against limits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from seg_core.store import Marker, Outline
from seg_core.store.verdicts import SUSPICION, told_marks
from seg_core.study import Study

ReadingMode = Literal["first", "concurrent"]

MOST_MARKERS = 500
MOST_OUTLINES = 500
MOST_POINTS = 4_000
"""Of one outline. The browser thins what is drawn to some hundreds."""

Point = tuple[float, float]
"""(x, y) as a marker's: x along a row, y down the rows."""


@dataclass(frozen=True)
class ReadDraft:
    """What the viewer recorded of one read up to now.

    painted: numbers, from 1 and rising, of the slices whose image was on screen.
    slices: numbers, from 1 and rising, that the reviewer called tumour while looking at them.
    active_seconds: time with the viewer in front and hands on it; of a pause 20 s count.
    """

    painted: tuple[int, ...]
    markers: tuple[Marker, ...] = ()
    outlines: tuple[Outline, ...] = ()
    active_seconds: float = 0.0
    slices: tuple[int, ...] = ()

    def unseen(self, study: Study) -> tuple[int, ...]:
        """Numbers of the slices that were never painted."""
        return tuple(sorted(set(range(1, len(study) + 1)) - set(self.painted)))

    def told(self) -> dict[str, Any]:
        """As plain JSON: what the browser sends, and takes back to show a sealed read."""
        return {
            "painted": list(self.painted),
            "slices": list(self.slices),
            **told_marks(self.markers, self.outlines),
            "active_seconds": self.active_seconds,
        }


def parse_draft(sent: object, study: Study) -> ReadDraft:
    """The draft that a browser sent for `study`.

    Raises ValueError when it is none, or names a slice or a place outside the study; where
    a mark is at fault it says which, and that it can be deleted.
    """
    if not isinstance(sent, Mapping):
        raise ValueError(f"read: expected an object with painted slices, received {sent!r:.80}")
    painted = {_slice(number, study) for number in _items(sent, "painted", len(study))}
    named = {_slice(number, study) for number in _items(sent, "slices", len(study))}
    return ReadDraft(
        painted=tuple(sorted(painted)),
        markers=tuple(_marker(m, study) for m in _items(sent, "markers", MOST_MARKERS)),
        outlines=tuple(_outline(o, study) for o in _items(sent, "outlines", MOST_OUTLINES)),
        active_seconds=_number(sent.get("active_seconds", 0.0), 0.0, 1e7, "active_seconds"),
        slices=tuple(sorted(named)),
    )


def _items(sent: Mapping[str, Any], name: str, most: int) -> Sequence[Any]:
    found = sent.get(name, [])
    if not isinstance(found, list) or len(found) > most:
        raise ValueError(f"{name}: expected a list of at most {most}, received {found!r:.80}")
    return found


def _marker(sent: Any, study: Study) -> Marker:
    if not _has(sent, "x", "y"):
        raise ValueError(f"marker: expected a slice, x and y, received {sent!r:.80}")
    number = _slice(sent["slice"], study)
    ((x, y),) = _places("marker", number, [(sent["x"], sent["y"])], study)
    return Marker(number, x, y, _sure(sent))


def _outline(sent: Any, study: Study) -> Outline:
    points = sent["points"] if _has(sent, "slice", "points") else None
    if not isinstance(points, list) or not 3 <= len(points) <= MOST_POINTS:
        raise ValueError(
            f"outline: expected a slice and 3 to {MOST_POINTS} points, received {sent!r:.80}"
        )
    number = _slice(sent["slice"], study)
    return Outline(number, _places("outline", number, points, study), _sure(sent))


def _sure(sent: Mapping[str, Any]) -> int | None:
    """How sure the reviewer is of a mark, where that was said."""
    given = sent.get("sure")
    return None if given is None else _whole(given, SUSPICION[0], SUSPICION[-1], "sure")


def _has(sent: Any, *names: str) -> bool:
    return isinstance(sent, Mapping) and {"slice", *names} <= sent.keys()


def _places(kind: str, number: int, sent: Sequence[Any], study: Study) -> tuple[Point, ...]:
    """The points of a mark; in a draft that an older page kept, they may lie beside the slice."""
    try:
        return tuple(_point(point, study) for point in sent)
    except ValueError as error:
        raise ValueError(
            f"The {kind} on slice {number} does not lie within the slice ({error}). Delete it in "
            "the list of marks, then give the verdict again; the rest of your read is kept."
        ) from error


def _point(sent: Any, study: Study) -> Point:
    if not isinstance(sent, list | tuple) or len(sent) != 2:
        raise ValueError(f"point: expected x and y, received {sent!r:.80}")
    height, width = study.height_width
    return _number(sent[0], 0.0, width, "x"), _number(sent[1], 0.0, height, "y")


def _slice(sent: Any, study: Study) -> int:
    return _whole(sent, 1, len(study), "slice")


def _whole(sent: Any, low: int, high: int, name: str) -> int:
    number = _number(sent, low, high, name)
    if number != int(number):
        raise ValueError(f"{name}: expected a whole number, received {sent!r}")
    return int(number)


def _number(sent: Any, low: float, high: float, name: str) -> float:
    number = float(sent) if isinstance(sent, int | float) and not isinstance(sent, bool) else None
    if number is None or not math.isfinite(number) or not low <= number <= high:
        raise ValueError(f"{name}: expected a number from {low:g} to {high:g}, received {sent!r}")
    return number
