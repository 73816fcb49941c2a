"""The worklist: every study with its state for one reviewer, and findings where they may be seen.

What may not be seen is not read from the database, so it cannot be shown or sorted by.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import numpy as np
from sqlalchemy import Connection, func, select

from seg_core.store.lists import MAIN, list_by_study
from seg_core.store.lock import Listed
from seg_core.store.reading_tables import reads, segmentations, verdicts
from seg_core.store.readings import newest_for_all, read_for_all
from seg_core.store.removals import removed_ids
from seg_core.store.reveals import open_discrepancies
from seg_core.store.seats import Seat
from seg_core.store.tables import readings, studies
from seg_core.study import flagged

State = Literal["new", "segmenting", "failed", "ready", "in reading", "read", "discrepancy"]
STATES: tuple[State, ...] = (
    "new",
    "segmenting",
    "failed",
    "ready",
    "in reading",
    "read",
    "discrepancy",
)


@dataclass(frozen=True, eq=False)
class Findings:
    """What a list shows of a model's newest reading. confidence: float32, (n,), one a slice."""

    model: str
    confidence: np.ndarray
    calibrated: bool
    confidence_threshold: float

    @property
    def highest_confidence(self) -> float | None:
        """The most suspicious slice's confidence; None for a study without slices."""
        return float(self.confidence.max()) if self.confidence.size else None

    @property
    def flags(self) -> np.ndarray:
        """bool (n,): confidence at or above the card's threshold; none where not calibrated."""
        return flagged(self.confidence, self.calibrated, self.confidence_threshold)


@dataclass(frozen=True)
class WorklistRow:
    """One study as one reviewer may see it.

    list: the study list that it lies in. shown: whether its findings may be seen; `reading` is
    None where not. mode: of this reviewer's read, None without one. reason: why a model could
    not read it. removed: its files are not here any more; it stands for the reads of it.
    """

    id: str
    name: str
    list: str
    arrived: datetime
    slices: int
    skipped: int
    state: State
    mode: str | None
    shown: bool
    reading: Findings | None
    open_discrepancies: int
    reason: str
    removed: bool

    @property
    def unread(self) -> bool:
        """Whether this reviewer's verdict is still to come."""
        return not self.removed and self.state not in ("read", "discrepancy")


def list_worklist(connection: Connection, seat: Seat, listed: Listed) -> list[WorklistRow]:
    """Every study, oldest arrival first, with the findings that `listed` shows."""
    mine, lying, shown = _my_reads(connection, seat), list_by_study(connection), listed.shown
    waiting = open_discrepancies(connection, [has["seq"] for has in mine.values()])
    asked = _last_segmentations(connection)
    for_all, removed = read_for_all(connection), removed_ids(connection)
    newest = _newest_readings(connection, everything=shown == listed.by_models, ids=shown)
    rows = []
    for has in connection.execute(select(studies).order_by(studies.c.seq)).mappings():
        study_id = has["id"]
        my, job = mine.get(study_id), asked.get(study_id)
        left = waiting.get(my["seq"], 0) if my else 0
        state = _state(my, left, study_id in for_all, job["state"] if job else None)
        rows.append(
            WorklistRow(
                id=study_id,
                name=has["name"],
                list=lying.get(study_id, MAIN),
                arrived=datetime.fromisoformat(has["arrived"]),
                slices=has["slices"],
                skipped=has["skipped"],
                state=state,
                mode=my["mode"] if my else None,
                shown=study_id in shown,
                reading=newest.get(study_id),
                open_discrepancies=left,
                reason=job["reason"] if job and state == "failed" else "",
                removed=study_id in removed,
            )
        )
    return rows


def _state(my: dict[str, Any] | None, left: int, has_reading: bool, job: str | None) -> State:
    if my is not None:
        if my["sealed"] is None:
            return "in reading"
        return "discrepancy" if left else "read"
    if job in ("asked", "started"):
        return "segmenting"
    if has_reading:
        return "ready"
    return "failed" if job == "failed" else "new"


def _my_reads(connection: Connection, seat: Seat) -> dict[str, dict[str, Any]]:
    """The read of each study that counts: the sealed one, else the newest."""
    if not seat.taken:
        return {}
    query = (
        select(reads.c.seq, reads.c.study_id, reads.c.mode, verdicts.c.sealed)
        .outerjoin(verdicts, verdicts.c.read_seq == reads.c.seq)
        .where(reads.c.reviewer == seat.reviewer)
        .order_by(reads.c.seq)
    )
    found: dict[str, dict[str, Any]] = {}
    for row in connection.execute(query).mappings():
        if row["sealed"] is not None or found.get(row["study_id"], {}).get("sealed") is None:
            found[row["study_id"]] = dict(row)
    return found


def _last_segmentations(connection: Connection) -> dict[str, dict[str, Any]]:
    newest = select(func.max(segmentations.c.seq)).group_by(segmentations.c.study_id)
    query = select(segmentations.c.study_id, segmentations.c.state, segmentations.c.reason)
    rows = connection.execute(query.where(segmentations.c.seq.in_(newest))).mappings()
    return {row["study_id"]: dict(row) for row in rows}


def _newest_readings(
    connection: Connection, *, everything: bool, ids: frozenset[str]
) -> dict[str, Findings]:
    """Findings of the newest reading of each of these studies; of no other."""
    newest = select(newest_for_all()).group_by(readings.c.study_id)
    query = select(
        readings.c.study_id,
        readings.c.model_name,
        readings.c.model_version,
        readings.c.confidence,
        readings.c.calibrated,
        readings.c.confidence_threshold,
    ).where(readings.c.seq.in_(newest))
    if not everything:
        query = query.where(readings.c.study_id.in_(ids))
    return {
        study_id: Findings(
            f"{name}/{version}", np.frombuffer(confidence, "<f4"), bool(calibrated), threshold
        )
        for study_id, name, version, confidence, calibrated, threshold in connection.execute(query)
        if study_id in ids  # a reading may have come since `ids` were worked out
    }
