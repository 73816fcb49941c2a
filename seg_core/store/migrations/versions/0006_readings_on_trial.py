"""Whether a reading is of a model that one reviewer chose to try, so that others do not get it.

Of readings that are there nobody knows: they count as before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column(
        "readings", sa.Column("on_trial", sa.Boolean, nullable=False, server_default=sa.false())
    )
