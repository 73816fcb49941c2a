"""Readings in the database: insert and find. The probability lies in the study's folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import ColumnElement, Connection, RowMapping, case, func, insert, select

from seg_core.store.tables import readings
from seg_core.study import EngineInfo, Reading, flagged


@dataclass(frozen=True, eq=False)
class ReadingRow:
    """A reading without its probability.

    confidence: float32, (n,), one a slice. file: where the probability lies, a name in the
    study's folder. on_trial: of a model that one reviewer chose, not of the one that reads for all.
    """

    seq: int
    study_id: str
    made: datetime
    model_name: str
    model_version: str
    model_sha256: str
    engine: EngineInfo
    confidence: np.ndarray
    calibrated: bool
    pixel_threshold: float
    confidence_threshold: float
    file: str
    seconds: dict[str, float]
    on_trial: bool = False

    @property
    def model(self) -> str:
        """Name and version, as lists show them."""
        return f"{self.model_name}/{self.model_version}"

    @property
    def highest_confidence(self) -> float | None:
        """The most suspicious slice's confidence; None for a study without slices."""
        return float(self.confidence.max()) if self.confidence.size else None

    @property
    def flags(self) -> np.ndarray:
        """bool (n,): confidence at or above the card's threshold; none where not calibrated."""
        return flagged(self.confidence, self.calibrated, self.confidence_threshold)

    def with_probability(self, probability: np.ndarray) -> Reading:
        """The whole reading, given float32 (n, height, width)."""
        return Reading(
            model_name=self.model_name,
            model_version=self.model_version,
            model_sha256=self.model_sha256,
            engine=self.engine,
            probability=probability,
            confidence=self.confidence,
            calibrated=self.calibrated,
            pixel_threshold=self.pixel_threshold,
            confidence_threshold=self.confidence_threshold,
            seconds=self.seconds,
        )


def insert_reading(
    connection: Connection, study_id: str, reading: Reading, file: str, *, on_trial: bool = False
) -> None:
    """Note that a model has read the study, and in which file its probability lies."""
    connection.execute(
        insert(readings).values(
            study_id=study_id,
            made=datetime.now(UTC).isoformat(timespec="seconds"),
            model_name=reading.model_name,
            model_version=reading.model_version,
            model_sha256=reading.model_sha256,
            engine_name=reading.engine.name,
            engine_precision=reading.engine.precision,
            engine_device=reading.engine.device,
            confidence=reading.confidence.astype("<f4").tobytes(),
            calibrated=bool(reading.calibrated),
            pixel_threshold=float(reading.pixel_threshold),
            confidence_threshold=float(reading.confidence_threshold),
            file=file,
            seconds={step: float(value) for step, value in reading.seconds.items()},
            on_trial=on_trial,
        )
    )


def newest_for_all() -> ColumnElement[int]:
    """Of a group of readings, the `seq` of the newest that is not on trial; NULL for none."""
    return func.max(case((readings.c.on_trial.is_(False), readings.c.seq)))


def read_for_all(connection: Connection) -> frozenset[str]:
    """Ids of the studies with a reading that is not on trial."""
    query = select(readings.c.study_id).where(readings.c.on_trial.is_(False)).distinct()
    return frozenset(connection.execute(query).scalars())


def newest_reading(
    connection: Connection,
    study_id: str,
    model_name: str | None = None,
    version: str | None = None,
) -> ReadingRow | None:
    """The newest reading of a study by that model, or None.

    Unless one is named, the one that is for all, none that is on trial.
    """
    query = select(readings).where(readings.c.study_id == study_id)
    if model_name is None:
        query = query.where(readings.c.on_trial.is_(False))
    else:
        query = query.where(readings.c.model_name == model_name)
    if version is not None:
        query = query.where(readings.c.model_version == version)
    row = connection.execute(query.order_by(readings.c.seq.desc()).limit(1)).first()
    return None if row is None else reading_of(row._mapping)


def reading_numbered(connection: Connection, seq: int) -> ReadingRow | None:
    """The reading of that number, or None."""
    row = connection.execute(select(readings).where(readings.c.seq == seq)).first()
    return None if row is None else reading_of(row._mapping)


def reading_of(has: RowMapping) -> ReadingRow:
    """A row that holds the columns of `readings`."""
    return ReadingRow(
        seq=has["seq"],
        study_id=has["study_id"],
        made=datetime.fromisoformat(has["made"]),
        model_name=has["model_name"],
        model_version=has["model_version"],
        model_sha256=has["model_sha256"],
        engine=EngineInfo(has["engine_name"], has["engine_precision"], has["engine_device"]),
        confidence=np.frombuffer(has["confidence"], "<f4").astype(np.float32),
        calibrated=bool(has["calibrated"]),
        pixel_threshold=has["pixel_threshold"],
        confidence_threshold=has["confidence_threshold"],
        file=has["file"],
        seconds=has["seconds"],
        on_trial=bool(has["on_trial"]),
    )
