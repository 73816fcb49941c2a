"""Reads and their verdicts in the database: insert and find. Who may read how is decided above.

A reviewer reads a study first at most once, and concurrently at most once; the later one counts.
A read is sealed once its verdict is stored, and a second verdict is refused by the table itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from seg_core.store.reading_tables import reads, verdicts
from seg_core.store.seats import Mode, utc_now
from seg_core.store.verdicts import Verdict, as_columns, from_columns


@dataclass(frozen=True)
class Read:
    """One reviewer's reading of one study; sealed when it has a verdict."""

    seq: int
    reviewer: str
    study_id: str
    mode: Mode
    begun: str
    sealed: str | None = None
    verdict: Verdict | None = None


def begin_read(connection: Connection, reviewer: str, study_id: str, mode: Mode) -> Read:
    """The read of that kind: the one there is, or a new one."""
    row = {"reviewer": reviewer, "study_id": study_id, "mode": mode}
    there = [column == row[column.name] for column in (reads.c.reviewer, reads.c.study_id)]
    query = _with_verdict().where(*there, reads.c.mode == mode)
    found = connection.execute(query).first()
    if found is None:
        connection.execute(insert(reads).values(row | {"begun": utc_now()}))
        found = connection.execute(query).one()
    return _read_of(found._mapping)


def find_read(connection: Connection, reviewer: str, study_id: str) -> Read | None:
    """The reviewer's sealed read of a study, the first one of several; else the newest one."""
    query = _with_verdict().where(reads.c.reviewer == reviewer, reads.c.study_id == study_id)
    found = connection.execute(
        query.order_by(verdicts.c.seq.is_(None), verdicts.c.seq, reads.c.seq.desc()).limit(1)
    ).first()
    return None if found is None else _read_of(found._mapping)


def read_numbered(connection: Connection, seq: int) -> Read | None:
    """The read of that number."""
    found = connection.execute(_with_verdict().where(reads.c.seq == seq)).first()
    return None if found is None else _read_of(found._mapping)


def list_reads(connection: Connection, reviewer: str | None = None) -> list[Read]:
    """Every read, of all reviewers unless one is named, in the order in which they began."""
    query = _with_verdict().order_by(reads.c.seq)
    if reviewer is not None:
        query = query.where(reads.c.reviewer == reviewer)
    return [_read_of(row._mapping) for row in connection.execute(query)]


def insert_verdict(connection: Connection, read: Read, verdict: Verdict) -> None:
    """Seal a read. The table refuses a second verdict."""
    row = {"read_seq": read.seq, "sealed": utc_now()} | as_columns(verdict)
    connection.execute(insert(verdicts).values(row))


def _with_verdict() -> Select[Any]:
    mine = [column for column in verdicts.c if column.name not in ("seq", "read_seq")]
    return select(reads, *mine).outerjoin(verdicts, verdicts.c.read_seq == reads.c.seq)


def _read_of(has: Any) -> Read:
    return Read(
        seq=has["seq"],
        reviewer=has["reviewer"],
        study_id=has["study_id"],
        mode=has["mode"],
        begun=has["begun"],
        sealed=has["sealed"],
        verdict=None if has["sealed"] is None else from_columns(has),
    )
