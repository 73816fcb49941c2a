"""Triggers that refuse to change or delete a line, for SQLite and PostgreSQL. For migrations only.

They hold for every program that opens the database, not only for this one.
"""

from __future__ import annotations

from alembic import op

REFUSE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '% are append only', TG_TABLE_NAME; END $$ LANGUAGE plpgsql
"""


def make_append_only(*tables: str) -> None:
    """Let the tables of this migration take new lines and nothing else."""
    if op.get_bind().dialect.name == "sqlite":
        for table in tables:
            _refuse_in_sqlite(table)
        return
    op.execute(REFUSE)
    for table in tables:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _refuse_in_sqlite(table: str) -> None:
    for action in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{action} BEFORE {action.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} are append only'); END"
        )
