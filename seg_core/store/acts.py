"""The record: one line an act, in the order in which they happened. Lines are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, insert, select

from seg_core.store.reading_tables import acts
from seg_core.store.readings import ReadingRow
from seg_core.store.seats import Seat, utc_now
from seg_core.store.tables import studies

Act = Literal[
    "sat down",
    "list set",
    "opened",
    "painted",
    "verdict",
    "truth shown",
    "reveal",
    "changed",
    "exported",
]


@dataclass(frozen=True)
class ActRow:
    """One line of the record; what an act has nothing to do with is None, its mode "" then."""

    seq: int
    time: str
    act: str
    reviewer: str
    mode: str
    study: str | None
    study_id: str | None
    model_name: str | None
    model_version: str | None
    model_sha256: str | None
    pixel_threshold: float | None
    confidence_threshold: float | None
    details: dict[str, Any]


def insert_act(
    connection: Connection,
    act: Act,
    seat: Seat,
    study_id: str | None = None,
    read_seq: int | None = None,
    reading: ReadingRow | None = None,
    mode: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add a line; `reading` is what the reviewer was shown of a model, None for nothing.

    mode: of the read that the act belongs to; None for an act that belongs to none.
    """
    row: dict[str, Any] = {
        "time": utc_now(),
        "act": act,
        "reviewer": seat.reviewer,
        "mode": mode or "",
        "study_id": study_id,
        "read_seq": read_seq,
        "details": dict(details or {}),
    }
    if reading is not None:
        row |= {
            "model_name": reading.model_name,
            "model_version": reading.model_version,
            "model_sha256": reading.model_sha256,
            "pixel_threshold": reading.pixel_threshold,
            "confidence_threshold": reading.confidence_threshold,
        }
    connection.execute(insert(acts).values(row))


def list_acts(connection: Connection, reviewer: str) -> list[ActRow]:
    """The record of one reviewer, first line first."""
    query = (
        select(acts, studies.c.name.label("study"))
        .outerjoin(studies, studies.c.id == acts.c.study_id)
        .where(acts.c.reviewer == reviewer)
        .order_by(acts.c.seq)
    )
    fields = ActRow.__dataclass_fields__
    return [
        ActRow(**{name: row._mapping[name] for name in fields}) for row in connection.execute(query)
    ]


def truth_shown_first(connection: Connection) -> frozenset[int]:
    """Numbers of the reads whose reviewer asked for the truth before any model was revealed."""
    query = select(acts.c.read_seq).where(acts.c.act == "truth shown").distinct()
    return frozenset(connection.execute(query).scalars())
