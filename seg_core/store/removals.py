"""Studies whose files were removed from the shelf: who asks for studies does not get them.

Lines are only added, the last one about a study counts. What was read of it stays in its own
tables. It removes no file; the shelf does.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Select, func, insert, select

from seg_core.store.seats import utc_now
from seg_core.store.tables import removals, studies


def on_shelf() -> ColumnElement[bool]:
    """Holds for the rows of `studies` whose files are here."""
    return studies.c.id.not_in(_removed())


def removed_ids(connection: Connection) -> frozenset[str]:
    """Ids of the studies whose files are not here any more."""
    return frozenset(connection.execute(_removed()).scalars())


def insert_removal(connection: Connection, study_id: str, *, removed: bool) -> None:
    """From now on the study's files are removed, or here again."""
    row = {"time": utc_now(), "study_id": study_id, "removed": removed}
    connection.execute(insert(removals).values(row))


def _removed() -> Select[str]:
    newest = select(func.max(removals.c.seq)).group_by(removals.c.study_id)
    return select(removals.c.study_id).where(removals.c.seq.in_(newest), removals.c.removed)
