"""Studies in the database: insert and find. It reads no pixel; the shelf does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Row, Select, func, insert, select

from seg_core.store.readings import ReadingRow, newest_for_all, reading_of
from seg_core.store.removals import insert_removal, on_shelf, removed_ids
from seg_core.store.tables import readings, studies
from seg_core.study import Study


@dataclass(frozen=True)
class StudyRow:
    """A study on the shelf as a list shows it, with its newest reading if it has one.

    skipped: files that are missing among the slices; a refused mask is none.
    """

    id: str
    name: str
    source: str
    arrived: datetime
    slices: int
    height_width: tuple[int, int]
    channels: int
    skipped: int
    reading: ReadingRow | None

    @property
    def highest_confidence(self) -> float | None:
        """Of the newest reading, or None where no model has read the study."""
        return None if self.reading is None else self.reading.highest_confidence


def insert_study(connection: Connection, study_id: str, study: Study, pixels: str) -> None:
    """Note that `study` is on the shelf; a study already noted stays as it is, or comes back.

    pixels: digest of its slices alone.
    """
    if connection.execute(select(studies.c.seq).where(studies.c.id == study_id)).first():
        if study_id in removed_ids(connection):
            insert_removal(connection, study_id, removed=False)
        return
    height, width = study.height_width
    row = {
        "id": study_id,
        "name": study.name,
        "source": study.source,
        "arrived": datetime.now(UTC).isoformat(timespec="seconds"),
        "slices": len(study),
        "height": height,
        "width": width,
        "channels": int(study.slices.shape[-1]),
        "has_truth": study.truth is not None,
        "skipped": sum(not lost.is_mask for lost in study.skipped),
        "pixels": pixels,
    }
    connection.execute(insert(studies).values(row))


def find_study(connection: Connection, study_id: str) -> StudyRow | None:
    """The study of that id, or None."""
    row = connection.execute(_with_newest_reading().where(studies.c.id == study_id)).first()
    return None if row is None else _study_of(row)


def recent_studies(connection: Connection, limit: int, named: str = "") -> list[StudyRow]:
    """The studies that arrived last, newest first; only those with `named` in their name."""
    query = _with_newest_reading().order_by(studies.c.seq.desc()).limit(limit)
    if named:
        query = query.where(studies.c.name.icontains(named, autoescape=True))
    return [_study_of(row) for row in connection.execute(query)]


def studies_called(connection: Connection, name: str) -> list[StudyRow]:
    """The studies of exactly that name, newest first."""
    query = _with_newest_reading().where(studies.c.name == name).order_by(studies.c.seq.desc())
    return [_study_of(row) for row in connection.execute(query)]


def count_studies(connection: Connection) -> int:
    """How many studies are on the shelf."""
    query = select(func.count()).select_from(studies).where(on_shelf())
    return int(connection.execute(query).scalar_one())


def _with_newest_reading() -> Select[tuple[object, ...]]:
    newest = (
        select(newest_for_all())
        .where(readings.c.study_id == studies.c.id)
        .correlate(studies)
        .scalar_subquery()
    )
    labelled = [column.label(f"studies_{column.name}") for column in studies.c]
    joined = studies.outerjoin(readings, readings.c.seq == newest)
    return select(*labelled, *readings.c).select_from(joined).where(on_shelf())


def _study_of(row: Row[tuple[object, ...]]) -> StudyRow:
    has = row._mapping
    return StudyRow(
        id=has["studies_id"],
        name=has["studies_name"],
        source=has["studies_source"],
        arrived=datetime.fromisoformat(has["studies_arrived"]),
        slices=has["studies_slices"],
        height_width=(has["studies_height"], has["studies_width"]),
        channels=has["studies_channels"],
        skipped=has["studies_skipped"],
        reading=reading_of(has) if has["seq"] is not None else None,
    )
