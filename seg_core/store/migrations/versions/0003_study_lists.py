"""Study lists, and how each is read. Studies that are there lie in none, which means in Main."""

import sqlalchemy as sa
from alembic import op

from seg_core.store.append_only import make_append_only

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "list_modes",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("time", sa.String, nullable=False),
        sa.Column("list", sa.String, nullable=False),
        sa.Column("mode", sa.String, nullable=False),
        sa.Column("reviewer", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "listings",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("time", sa.String, nullable=False),
        sa.Column("study_id", sa.String, sa.ForeignKey("studies.id"), nullable=False),
        sa.Column("list", sa.String, nullable=False),
        sa.Column("reviewer", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("list_modes_by_list", "list_modes", ["list", "seq"])
    op.create_index("listings_by_study", "listings", ["study_id", "seq"])
    make_append_only("list_modes", "listings")
