"""Who read what: seats, reads, verdicts, reveals, answers, the record and the queue."""

import sqlalchemy as sa
from alembic import op

from seg_core.store.append_only import make_append_only

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _people()
    _reads()
    _reveals()
    _record_and_queue()
    _indexes()
    make_append_only(
        "reviewers",
        "seats",
        "exposures",
        "reads",
        "verdicts",
        "reveals",
        "discrepancies",
        "answers",
        "acts",
        "segmentations",
    )


def _people() -> None:
    """Who sits where, and what a browser has shown."""
    op.create_table(
        "reviewers",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String, nullable=False, unique=True),
        sa.Column("since", sa.String, nullable=False),
        sa.Column("authenticated", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "seats",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("time", sa.String, nullable=False),
        sa.Column("browser", sa.String, nullable=False),
        sa.Column("reviewer", sa.String, nullable=False),
        sa.Column("mode", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "exposures",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("time", sa.String, nullable=False),
        sa.Column("browser", sa.String, nullable=False),
        sa.Column("reviewer", sa.String, nullable=False),
        sa.Column("study_id", sa.String, sa.ForeignKey("studies.id")),
        sa.Column("up_to", sa.Integer, nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )


def _reads() -> None:
    """Reads, and the verdict that seals each."""
    op.create_table(
        "reads",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("reviewer", sa.String, sa.ForeignKey("reviewers.name"), nullable=False),
        sa.Column("study_id", sa.String, sa.ForeignKey("studies.id"), nullable=False),
        sa.Column("mode", sa.String, nullable=False),
        sa.Column("begun", sa.String, nullable=False),
        sa.UniqueConstraint("reviewer", "study_id", "mode", name="one_read_of_a_kind"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "verdicts",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("read_seq", sa.Integer, sa.ForeignKey("reads.seq"), nullable=False, unique=True),
        sa.Column("sealed", sa.String, nullable=False),
        sa.Column("tumour", sa.String, nullable=False),
        sa.Column("slices", sa.JSON, nullable=False),
        sa.Column("markers", sa.JSON, nullable=False),
        sa.Column("outlines", sa.JSON, nullable=False),
        sa.Column("difficulty", sa.Integer),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("painted", sa.JSON),
        sa.Column("active_seconds", sa.Float),
        sqlite_autoincrement=True,
    )


def _reveals() -> None:
    """What was laid beside a verdict, and how each discrepancy was answered."""
    op.create_table(
        "reveals",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("read_seq", sa.Integer, sa.ForeignKey("reads.seq"), nullable=False, unique=True),
        sa.Column("time", sa.String, nullable=False),
        sa.Column("reading_seq", sa.Integer, sa.ForeignKey("readings.seq"), nullable=False),
        sa.Column("pixel_threshold", sa.Float, nullable=False),
        sa.Column("model_slices", sa.JSON, nullable=False),
        sa.Column("specks", sa.Integer, nullable=False),
        sa.Column("truth_slices", sa.JSON),
        sa.Column("known_slices", sa.JSON),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "discrepancies",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("read_seq", sa.Integer, sa.ForeignKey("reads.seq"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("slices", sa.JSON, nullable=False),
        sa.Column("area_px", sa.Integer),
        sa.Column("at_slice", sa.Integer, nullable=False),
        sa.Column("x", sa.Float),
        sa.Column("y", sa.Float),
        sa.Column("holds_tumour", sa.Boolean),
        sa.UniqueConstraint("read_seq", "number", name="one_discrepancy_a_number"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "answers",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column(
            "discrepancy_seq", sa.Integer, sa.ForeignKey("discrepancies.seq"), nullable=False
        ),
        sa.Column("time", sa.String, nullable=False),
        sa.Column("answer", sa.String, nullable=False),
        sa.Column("note", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )


def _record_and_queue() -> None:
    """Every act, and every state of a study that waits for a model."""
    op.create_table(
        "acts",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("time", sa.String, nullable=False),
        sa.Column("act", sa.String, nullable=False),
        sa.Column("reviewer", sa.String, nullable=False),
        sa.Column("mode", sa.String, nullable=False),
        sa.Column("study_id", sa.String, sa.ForeignKey("studies.id")),
        sa.Column("read_seq", sa.Integer, sa.ForeignKey("reads.seq")),
        sa.Column("model_name", sa.String),
        sa.Column("model_version", sa.String),
        sa.Column("model_sha256", sa.String),
        sa.Column("pixel_threshold", sa.Float),
        sa.Column("confidence_threshold", sa.Float),
        sa.Column("details", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "segmentations",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("time", sa.String, nullable=False),
        sa.Column("study_id", sa.String, sa.ForeignKey("studies.id"), nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )


def _indexes() -> None:
    op.create_index("seats_by_browser", "seats", ["browser", "seq"])
    op.create_index("exposures_by_browser", "exposures", ["browser", "seq"])
    op.create_index("exposures_by_reviewer", "exposures", ["reviewer", "study_id"])
    op.create_index("answers_by_discrepancy", "answers", ["discrepancy_seq", "seq"])
    op.create_index("acts_by_reviewer", "acts", ["reviewer", "seq"])
    op.create_index("segmentations_by_study", "segmentations", ["study_id", "seq"])
