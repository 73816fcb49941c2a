"""Which studies' files were removed from the shelf. What was said and read of them stays."""

import sqlalchemy as sa
from alembic import op

from seg_core.store.append_only import make_append_only

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "removals",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("time", sa.String, nullable=False),
        sa.Column("study_id", sa.String, sa.ForeignKey("studies.id"), nullable=False),
        sa.Column("removed", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("removals_by_study", "removals", ["study_id", "seq"])
    make_append_only("removals")
