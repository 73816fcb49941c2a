"""What the numbers in slices' file names say: slices missing from a series, or there twice.

It opens no file and puts nothing in order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import PurePosixPath

from seg_core.study import Note

NUMBERED = re.compile(r"(?P<series>.*?)(?P<number>\d{1,9})\)?", re.DOTALL)

MISSING, DOUBLE = "missing slices", "double slices"
"""Kinds of notes."""

FEWEST = 8
"""Slices from which on a series can be told from a handful of pictures."""

REGULAR = 0.8
"""Share of steps from slice to slice that must be alike for the numbers to count slices at all."""

MOST_MISSING = 4
"""Missing slices for each one that is there, past which the numbers mean something else."""

COLLECTED = (".jpg", ".jpeg")
"""Pictures of a collection, whose numbers are no positions in a series."""

NAMED = 6
"""Numbers that a note names before it only counts."""


def numbering_notes(files: Sequence[str]) -> tuple[Note, ...]:
    """Notes of kind `missing slices` and `double slices`, of slices' file names in natural order.

    Nothing where the names do not count one series, and nothing where every other slice is there.
    """
    numbers = _numbers(files)
    if len(numbers) < FEWEST:
        return ()
    steps = [after - before for before, after in pairwise(numbers)]
    moves = Counter(step for step in steps if step)
    if not moves:
        return ()
    usual, often = moves.most_common(1)[0]
    if usual < 0 or often < REGULAR * moves.total():
        return ()
    gaps = [
        range(before + usual, after, usual)
        for before, after in pairwise(numbers)
        if after > before and (after - before) % usual == 0
    ]
    if sum(map(len, gaps)) > MOST_MISSING * len(numbers):
        return ()
    missing = [number for gap in gaps for number in gap]
    double = sorted({before for before, after in pairwise(numbers) if before == after})
    notes = []
    if missing:
        notes.append(
            Note(
                MISSING,
                f"{_these(missing)} missing by the numbers in the file names: positions and "
                "ranges count the slices that are there.",
            )
        )
    if double:
        notes.append(Note(DOUBLE, f"{_these(double)} there more than once, by the file names."))
    return tuple(notes)


def _numbers(files: Sequence[str]) -> list[int]:
    """The last number in each name; none where a name has none or names of several series."""
    found = [NUMBERED.fullmatch(PurePosixPath(file).stem) for file in files]
    series = {match and match["series"] for match in found}
    collected = any(file.lower().endswith(COLLECTED) for file in files)
    if collected or len(series) != 1:
        return []
    return [int(match["number"]) for match in found if match]


def _these(numbers: Sequence[int]) -> str:
    """`Slice 4 is`, `Slices 4, 5 and 9 are`, `40 slices (4, 5, 6, 7, 8, 9 and more) are`."""
    if len(numbers) == 1:
        return f"Slice {numbers[0]} is"
    words = [str(number) for number in numbers[:NAMED]]
    if len(numbers) > NAMED:
        return f"{len(numbers):,} slices ({', '.join(words)} and more) are"
    return f"Slices {', '.join(words[:-1])} and {words[-1]} are"
