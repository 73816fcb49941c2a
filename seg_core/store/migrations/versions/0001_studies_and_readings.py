"""Studies and readings, both append only."""

import sqlalchemy as sa
from alembic import op

from seg_core.store.append_only import make_append_only

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "studies",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("arrived", sa.String, nullable=False),
        sa.Column("slices", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("channels", sa.Integer, nullable=False),
        sa.Column("has_truth", sa.Boolean, nullable=False),
        sa.Column("skipped", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "readings",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("study_id", sa.String, sa.ForeignKey("studies.id"), nullable=False),
        sa.Column("made", sa.String, nullable=False),
        sa.Column("model_name", sa.String, nullable=False),
        sa.Column("model_version", sa.String, nullable=False),
        sa.Column("model_sha256", sa.String, nullable=False),
        sa.Column("engine_name", sa.String, nullable=False),
        sa.Column("engine_precision", sa.String, nullable=False),
        sa.Column("engine_device", sa.String, nullable=False),
        sa.Column("confidence", sa.LargeBinary, nullable=False),
        sa.Column("calibrated", sa.Boolean, nullable=False),
        sa.Column("pixel_threshold", sa.Float, nullable=False),
        sa.Column("confidence_threshold", sa.Float, nullable=False),
        sa.Column("file", sa.String, nullable=False),
        sa.Column("seconds", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("readings_by_study", "readings", ["study_id", "seq"])
    make_append_only("studies", "readings")
