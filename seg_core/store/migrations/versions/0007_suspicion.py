"""How sure a reviewer is that the study holds tumour, on five steps; None where nobody said."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("verdicts", sa.Column("suspicion", sa.Integer))
