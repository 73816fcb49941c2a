"""What of a study's findings was sent to whom: truth, a model's reading, another's review.

A study that a reviewer was exposed to can no longer be read first; nor can one of the same
slices under another name, nor one of a patient who was shown by name elsewhere. Shows nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, and_, func, insert, or_, select

from seg_core.store.reading_tables import exposures, patients_shown, reads, verdicts
from seg_core.store.seats import Seat, utc_now
from seg_core.store.tables import readings, studies


@dataclass(frozen=True)
class ReadByModel:
    """A study that a model has read, as far as it matters for who has seen it.

    first: number of its oldest reading. pixels: digest of its slices, None for old studies.
    """

    id: str
    name: str
    pixels: str | None
    first: int


@dataclass(frozen=True)
class Seen:
    """What one reviewer, or one browser without a name, has seen.

    studies: one by one. pixels: digests of their slices. patients: by name, on pages of data
    sets. up_to: every study that a model had read when the reading of this number was the
    newest: until lists had a mode, a whole worklist was noted so.
    """

    studies: frozenset[str]
    pixels: frozenset[str]
    patients: frozenset[str]
    up_to: int

    def holds(self, study: ReadByModel) -> bool:
        """Whether anything of the study's findings was seen."""
        here = study.id in self.studies or study.pixels in self.pixels
        return here or study.name in self.patients or study.first <= self.up_to


def seen_by(connection: Connection, seat: Seat) -> Seen:
    """Everything that this seat's reviewer was shown so far, whatever the browser."""
    rows = connection.execute(
        select(exposures.c.study_id, studies.c.pixels, func.max(exposures.c.up_to).label("up_to"))
        .outerjoin(studies, studies.c.id == exposures.c.study_id)
        .where(_of(seat, exposures))
        .group_by(exposures.c.study_id, studies.c.pixels)
    ).all()
    return Seen(
        studies=frozenset(row.study_id for row in rows if row.study_id is not None),
        pixels=frozenset(row.pixels for row in rows if row.pixels is not None),
        patients=patients_seen(connection, seat),
        up_to=max((row.up_to for row in rows), default=0),
    )


def patients_seen(connection: Connection, seat: Seat) -> frozenset[str]:
    """Names of the patients that pages of data sets showed to this seat's reviewer."""
    query = select(patients_shown.c.patient).where(_of(seat, patients_shown)).distinct()
    return frozenset(connection.execute(query).scalars())


def has_seen(connection: Connection, seat: Seat, study_id: str) -> bool:
    """Whether this seat's reviewer was shown anything of the study's findings."""
    study = connection.execute(
        select(studies.c.name, studies.c.pixels).where(studies.c.id == study_id)
    ).first()
    if study is None:
        return False
    first = connection.execute(
        select(func.min(readings.c.seq)).where(readings.c.study_id == study_id)
    ).scalar_one()
    seen = exposures.c.study_id == study_id
    if study.pixels is not None:  # NULL is no digest: it would be every old study's
        same = select(studies.c.id).where(studies.c.pixels == study.pixels)
        seen = or_(seen, exposures.c.study_id.in_(same))
    if first is not None:
        seen = or_(seen, and_(exposures.c.study_id.is_(None), exposures.c.up_to >= first))
    by_name = patients_shown.c.patient == study.name
    asked = (
        select(exposures.c.seq).where(_of(seat, exposures), seen).limit(1),
        select(patients_shown.c.seq).where(_of(seat, patients_shown), by_name).limit(1),
    )
    return any(connection.execute(query).first() is not None for query in asked)


def insert_exposures(
    connection: Connection, seat: Seat, study_ids: Iterable[str], place: str
) -> None:
    """Note what is about to be sent: each of these studies' findings."""
    rows = [_row(seat, place) | {"study_id": one, "up_to": 0} for one in study_ids]
    if rows:
        connection.execute(insert(exposures), rows)


def insert_patients(
    connection: Connection, seat: Seat, patients: Iterable[str], place: str
) -> None:
    """Note whose truth or masks a page is about to show by name."""
    rows = [_row(seat, place) | {"patient": patient} for patient in patients]
    if rows:
        connection.execute(insert(patients_shown), rows)


def carry_over(connection: Connection, seat: Seat) -> None:
    """What this browser was shown while nobody had given a name counts for who sits down now."""
    place = "before the name"
    seen, known = seen_by(connection, Seat(seat.browser)), seen_by(connection, seat)
    insert_exposures(connection, seat, sorted(seen.studies - known.studies), place)
    insert_patients(connection, seat, sorted(seen.patients - known.patients), place)
    if seen.up_to > known.up_to:
        row = _row(seat, place) | {"study_id": None, "up_to": seen.up_to}
        connection.execute(insert(exposures), [row])


def read_by_models(connection: Connection) -> list[ReadByModel]:
    """Every study that a model has read."""
    query = (
        select(studies.c.id, studies.c.name, studies.c.pixels, func.min(readings.c.seq))
        .join(readings, readings.c.study_id == studies.c.id)
        .group_by(studies.c.id, studies.c.name, studies.c.pixels)
    )
    return [ReadByModel(*row) for row in connection.execute(query)]


def has_sealed(connection: Connection, reviewer: str, study_id: str) -> bool:
    """Whether this reviewer's verdict on the study is stored."""
    query = (
        select(verdicts.c.seq)
        .join(reads, reads.c.seq == verdicts.c.read_seq)
        .where(reads.c.reviewer == reviewer, reads.c.study_id == study_id)
    )
    return bool(reviewer) and connection.execute(query.limit(1)).first() is not None


def _of(seat: Seat, table: Table) -> ColumnElement[bool]:
    """A reviewer is one person at whatever browser; without a name, the browser is all we know."""
    if seat.taken:
        return table.c.reviewer == seat.reviewer
    return and_(table.c.browser == seat.browser, table.c.reviewer == "")


def _row(seat: Seat, place: str) -> dict[str, object]:
    return {"time": utc_now(), "browser": seat.browser, "reviewer": seat.reviewer, "place": place}
