"""Slices of the components that model and reviewer both had when a read was revealed.

Reveals that are there have none stored: none of their lines may change.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("reveals", sa.Column("agreed_slices", sa.JSON))
