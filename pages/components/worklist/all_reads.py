"""The reads that this seat may see, with their reveals: what the worklist's sections draw from.

Own reads once sealed; other reviewers' only of studies whose findings this seat may see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pages.components.workspace import Workspace
from seg_core.store import Read, Seat, WorklistRow
from seg_core.store.reveals import Reveal


@dataclass(frozen=True)
class AllReads:
    """reads: sealed ones; reveals by a read's number; rows by a study's id.

    answered: ids of the studies of which this seat may see the truth too.
    """

    reads: tuple[Read, ...]
    reveals: Mapping[int, Reveal]
    rows: Mapping[str, WorklistRow]
    answered: frozenset[str]


def all_reads(workspace: Workspace, seat: Seat, rows: list[WorklistRow]) -> AllReads:
    """Everything sealed that may be shown here."""
    by_id = {row.id: row for row in rows}
    reads = [read for read in workspace.room.reads() if read.verdict is not None]
    mine = {read.study_id: read for read in reads if seat.taken and read.reviewer == seat.reviewer}
    shown = {row.id for row in rows if row.shown} | mine.keys()
    kept = tuple(read for read in reads if read.study_id in shown)
    reveals = workspace.room.reveals([read.seq for read in kept])
    return AllReads(kept, reveals, by_id, _answered(seat, mine, reveals, shown))


def _answered(
    seat: Seat, mine: Mapping[str, Read], reveals: Mapping[int, Reveal], shown: set[str]
) -> frozenset[str]:
    """Without a name nobody answers anything; with one, the own answers come first."""
    if not seat.taken:
        return frozenset(shown)
    done = (read for read in mine.values() if read.seq in reveals and not reveals[read.seq].open)
    return frozenset(read.study_id for read in done)
