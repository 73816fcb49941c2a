"""The tables of studies and what models saw in them. It migrates nothing: `migrations/` leads here.

Times are UTC in ISO 8601, for people; order comes from `seq`, never from the time of day.
Every table is append only, and triggers of the migrations refuse anything else.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    false,
)

metadata = MetaData()

studies = Table(
    "studies",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),  # digest of the content
    Column("name", String, nullable=False),
    Column("source", String, nullable=False),
    Column("arrived", String, nullable=False),
    Column("slices", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("channels", Integer, nullable=False),
    Column("has_truth", Boolean, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("pixels", String),  # digest of the slices alone; None for studies from before it
    sqlite_autoincrement=True,
)

readings = Table(
    "readings",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("study_id", String, ForeignKey("studies.id"), nullable=False),
    Column("made", String, nullable=False),
    Column("model_name", String, nullable=False),
    Column("model_version", String, nullable=False),
    Column("model_sha256", String, nullable=False),
    Column("engine_name", String, nullable=False),
    Column("engine_precision", String, nullable=False),
    Column("engine_device", String, nullable=False),
    Column("confidence", LargeBinary, nullable=False),  # little-endian float32, one a slice
    Column("calibrated", Boolean, nullable=False),
    Column("pixel_threshold", Float, nullable=False),
    Column("confidence_threshold", Float, nullable=False),
    Column("file", String, nullable=False),  # name in the study's folder, holds the probability
    Column("seconds", JSON, nullable=False),
    Column("on_trial", Boolean, nullable=False, server_default=false()),  # by a chosen model
    sqlite_autoincrement=True,
)

removals = Table(  # the last line about a study says whether its files are here
    "removals",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("time", String, nullable=False),
    Column("study_id", String, ForeignKey("studies.id"), nullable=False),
    Column("removed", Boolean, nullable=False),  # False where it was put on the shelf again
    sqlite_autoincrement=True,
)

Index("studies_by_pixels", studies.c.pixels)
Index("readings_by_study", readings.c.study_id, readings.c.seq)
Index("removals_by_study", removals.c.study_id, removals.c.seq)
