"""Patients whose truth or masks a page showed by name, and studies of equal slices.

Studies that are there keep no digest of their slices: none of their lines may change.
"""

import sqlalchemy as sa
from alembic import op

from seg_core.store.append_only import make_append_only

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("studies", sa.Column("pixels", sa.String))
    op.create_table(
        "patients_shown",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("time", sa.String, nullable=False),
        sa.Column("browser", sa.String, nullable=False),
        sa.Column("reviewer", sa.String, nullable=False),
        sa.Column("patient", sa.String, nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("patients_shown_by_reviewer", "patients_shown", ["reviewer", "patient"])
    op.create_index("patients_shown_by_browser", "patients_shown", ["browser", "seq"])
    op.create_index("studies_by_pixels", "studies", ["pixels"])
    make_append_only("patients_shown")
