"""What of a study's findings was sent to whom: truth, a model's reading, another's review.

A study that a reviewer was exposed to can no longer be read first. Nothing is shown here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select

from seg_core.store.reading_tables import exposures, reads, verdicts
from seg_core.store.seats import Seat, utc_now
from seg_core.store.tables import readings


@dataclass(frozen=True)
class Seen:
    """What one reviewer, or one browser without a name, has seen.

    studies: one by one. up_to: every study that a model had read when the reading of this
    number was the newest: until lists had a mode, a whole worklist was noted so.
    """

    studies: frozenset[str]
    up_to: int

    def holds(self, study_id: str, first_reading: int | None) -> bool:
        """Whether a study, whose oldest reading has that number, was seen."""
        in_list = first_reading is not None and first_reading <= self.up_to
        return study_id in self.studies or in_list


def seen_by(connection: Connection, seat: Seat) -> Seen:
    """Everything that this seat's reviewer was shown so far, whatever the browser."""
    rows = connection.execute(
        select(exposures.c.study_id, func.max(exposures.c.up_to).label("up_to"))
        .where(_of(seat))
        .group_by(exposures.c.study_id)
    ).all()
    studies = frozenset(row.study_id for row in rows if row.study_id is not None)
    return Seen(studies, max((row.up_to for row in rows), default=0))


def has_seen(connection: Connection, seat: Seat, study_id: str) -> bool:
    """Whether this seat's reviewer was shown anything of the study's findings."""
    first = connection.execute(
        select(func.min(readings.c.seq)).where(readings.c.study_id == study_id)
    ).scalar_one()
    seen = exposures.c.study_id == study_id
    if first is not None:
        seen = or_(seen, and_(exposures.c.study_id.is_(None), exposures.c.up_to >= first))
    query = select(exposures.c.seq).where(_of(seat), seen).limit(1)
    return connection.execute(query).first() is not None


def insert_exposures(
    connection: Connection, seat: Seat, study_ids: Iterable[str], place: str
) -> None:
    """Note what is about to be sent: each of these studies' findings."""
    rows = [_row(seat, place) | {"study_id": study_id} for study_id in study_ids]
    if rows:
        connection.execute(insert(exposures), rows)


def carry_over(connection: Connection, seat: Seat) -> None:
    """What this browser was shown while nobody had given a name counts for who sits down now."""
    nameless = Seat(seat.browser)
    seen = seen_by(connection, nameless)
    known = seen_by(connection, seat)
    rows = [_row(seat, "before the name") | {"study_id": s} for s in seen.studies - known.studies]
    if seen.up_to > known.up_to:
        rows.append(_row(seat, "before the name") | {"study_id": None, "up_to": seen.up_to})
    if rows:
        connection.execute(insert(exposures), rows)


def has_sealed(connection: Connection, reviewer: str, study_id: str) -> bool:
    """Whether this reviewer's verdict on the study is stored."""
    query = (
        select(verdicts.c.seq)
        .join(reads, reads.c.seq == verdicts.c.read_seq)
        .where(reads.c.reviewer == reviewer, reads.c.study_id == study_id)
    )
    return bool(reviewer) and connection.execute(query.limit(1)).first() is not None


def sealed_by(connection: Connection, reviewer: str) -> frozenset[str]:
    """Ids of the studies on which this reviewer's verdict is stored."""
    query = select(reads.c.study_id).join(verdicts, reads.c.seq == verdicts.c.read_seq)
    return frozenset(connection.execute(query.where(reads.c.reviewer == reviewer)).scalars())


def _of(seat: Seat) -> ColumnElement[bool]:
    """A reviewer is one person at whatever browser; without a name, the browser is all we know."""
    if seat.taken:
        return exposures.c.reviewer == seat.reviewer
    return and_(exposures.c.browser == seat.browser, exposures.c.reviewer == "")


def _row(seat: Seat, place: str) -> dict[str, object]:
    return {
        "time": utc_now(),
        "browser": seat.browser,
        "reviewer": seat.reviewer,
        "study_id": None,
        "up_to": 0,
        "place": place,
    }
