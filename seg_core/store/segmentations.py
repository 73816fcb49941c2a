"""Studies that a model is to read, in the order in which they were asked for. It reads none.

Lines are only added: `asked`, `started`, `done`, `failed` or `withdrawn`, and the last one of
a study counts. So every process sees the same queue, and a restart goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, func, insert, select

from seg_core.store.database import Store
from seg_core.store.reading_tables import segmentations
from seg_core.store.removals import on_shelf
from seg_core.store.seats import utc_now
from seg_core.store.tables import studies

Step = Literal["asked", "started", "done", "failed", "withdrawn"]
OPEN: tuple[Step, ...] = ("asked", "started")


@dataclass(frozen=True)
class Asked:
    """A study that waits for a model, or is being read by one.

    model: name or name/version, "" for routing's choice. starts: how often a worker has begun
    with it since it was asked for.
    """

    study_id: str
    name: str
    slices: int
    model: str
    starts: int


class SegmentationQueue:
    """The queue of one workspace, over its store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def ask(self, study_ids: Iterable[str], model: str = "") -> int:
        """Put studies into the queue; those that wait already stay where they are. How many new."""
        with self._store.writing() as connection:
            there = {asked.study_id for asked in _open(connection)}
            new = [study_id for study_id in dict.fromkeys(study_ids) if study_id not in there]
            for study_id in new:
                _add(connection, study_id, "asked", model)
        return len(new)

    def waiting(self) -> list[Asked]:
        """Everything that waits or is being read, the next one first."""
        with self._store.reading() as connection:
            return _open(connection)

    def started(self, asked: Asked) -> None:
        """A worker begins with a study."""
        self._note(asked, "started")

    def done(self, asked: Asked) -> None:
        """The reading is on the shelf."""
        self._note(asked, "done")

    def failed(self, asked: Asked, reason: str) -> None:
        """The study could not be read; the others go on."""
        self._note(asked, "failed", reason)

    def withdraw(self) -> int:
        """Take everything out of the queue. How many were in it."""
        with self._store.writing() as connection:
            waiting = _open(connection)
            for asked in waiting:
                _add(connection, asked.study_id, "withdrawn", asked.model)
        return len(waiting)

    def _note(self, asked: Asked, step: Step, reason: str = "") -> None:
        with self._store.writing() as connection:
            _add(connection, asked.study_id, step, asked.model, reason)


def _add(connection: Connection, study_id: str, step: Step, model: str, reason: str = "") -> None:
    row = {"study_id": study_id, "state": step, "model": model, "reason": reason}
    connection.execute(insert(segmentations).values(row | {"time": utc_now()}))


def _open(connection: Connection) -> list[Asked]:
    newest = select(func.max(segmentations.c.seq)).group_by(segmentations.c.study_id)
    still = (
        select(segmentations.c.study_id, segmentations.c.model, studies.c.name, studies.c.slices)
        .join(studies, studies.c.id == segmentations.c.study_id)
        .where(segmentations.c.seq.in_(newest), segmentations.c.state.in_(OPEN), on_shelf())
    )
    found = []
    for row in connection.execute(still):
        asked_at, starts = _since_asked(connection, row.study_id)
        asked = Asked(row.study_id, row.name, row.slices, row.model, starts)
        found.append((asked_at, asked))
    return [asked for _, asked in sorted(found, key=lambda pair: pair[0])]


def _since_asked(connection: Connection, study_id: str) -> tuple[int, int]:
    """`seq` of the last time that the study was asked for, and the starts since then."""
    mine = segmentations.c.study_id == study_id
    asked_at = connection.execute(
        select(func.max(segmentations.c.seq)).where(mine, segmentations.c.state == "asked")
    ).scalar_one()
    starts = connection.execute(
        select(func.count()).where(
            mine, segmentations.c.state == "started", segmentations.c.seq > asked_at
        )
    ).scalar_one()
    return asked_at, starts
