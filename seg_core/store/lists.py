"""Study lists: every study lies in one, and each list is read first or concurrently. Shows nothing.

Lines are only added: the last one about a list says how it is read, the last one about a study
where it lies. What no line speaks of lies in the list `Main`, and is read first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from seg_core.errors import ReadError
from seg_core.store.reading_tables import list_modes, listings
from seg_core.store.removals import on_shelf
from seg_core.store.seats import Mode, kept_name, utc_now
from seg_core.store.tables import studies

MAIN = "Main"
"""The list of every study that arrived without naming one."""

READ_UNTIL_SET: Mode = "first"


@dataclass(frozen=True)
class StudyList:
    """One list. set_by, since: who set its mode and when; "" while nobody has."""

    name: str
    mode: Mode
    set_by: str
    since: str
    studies: int


def clean_list_name(typed: str) -> str:
    """A list's name as it is kept. Raises ReadError."""
    return kept_name(typed, "list", "Name the list that the studies are to lie in.")


def all_lists(connection: Connection) -> list[StudyList]:
    """Main, then the others in the order in which they came."""
    modes = _newest_modes(connection)
    named = list_by_study(connection)
    here = connection.execute(select(studies.c.id).where(on_shelf())).scalars()
    lying = Counter(named.get(study_id, MAIN) for study_id in here)
    came = connection.execute(select(listings.c.list).order_by(listings.c.seq)).scalars()
    return [
        StudyList(name, *modes.get(name, (READ_UNTIL_SET, "", "")), studies=lying[name])
        for name in dict.fromkeys([MAIN, *came, *modes])
    ]


def list_of(connection: Connection, study_id: str) -> str:
    """The list that a study lies in."""
    query = select(listings.c.list).where(listings.c.study_id == study_id)
    return connection.execute(query.order_by(listings.c.seq.desc()).limit(1)).scalar() or MAIN


def mode_of(connection: Connection, study_id: str) -> Mode:
    """How the list is read that a study lies in."""
    name = list_of(connection, study_id)
    return _newest_modes(connection).get(name, (READ_UNTIL_SET, "", ""))[0]


def list_by_study(connection: Connection) -> dict[str, str]:
    """The list of each study that lies in another one than Main."""
    newest = select(func.max(listings.c.seq)).group_by(listings.c.study_id)
    query = select(listings.c.study_id, listings.c.list).where(listings.c.seq.in_(newest))
    return {study_id: name for study_id, name in connection.execute(query) if name != MAIN}


def read_concurrently(connection: Connection) -> frozenset[str]:
    """Names of the lists that are read concurrently."""
    modes = _newest_modes(connection)
    return frozenset(name for name, (mode, _, _) in modes.items() if mode == "concurrent")


def insert_mode(connection: Connection, name: str, mode: Mode, reviewer: str) -> None:
    """From now on the list is read so; reads that go on keep the mode that they began with."""
    if mode not in ("first", "concurrent"):
        raise ReadError(f"list {name!r}: expected first or concurrent, received {mode!r}.")
    row = {"time": utc_now(), "list": name, "mode": mode, "reviewer": reviewer}
    connection.execute(insert(list_modes).values(row))


def put_into(
    connection: Connection, study_ids: Iterable[str], name: str, reviewer: str = ""
) -> int:
    """Let the studies lie in that list; those that do so already get no line. How many moved."""
    lying, now = list_by_study(connection), utc_now()
    rows = [
        {"time": now, "study_id": study_id, "list": name, "reviewer": reviewer}
        for study_id in dict.fromkeys(study_ids)
        if lying.get(study_id, MAIN) != name
    ]
    if rows:
        connection.execute(insert(listings), rows)
    return len(rows)


def _newest_modes(connection: Connection) -> dict[str, tuple[Mode, str, str]]:
    """(mode, who set it, when) of each list whose mode was ever set."""
    query = select(list_modes).order_by(list_modes.c.seq)
    return {row.list: (row.mode, row.reviewer, row.time) for row in connection.execute(query)}
