"""Who sits at which browser. It asks for no password; how a study is read, its list says.

A name is what somebody typed; it is kept as not authenticated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Connection, insert, select

from seg_core.errors import ReadError
from seg_core.store.reading_tables import reviewers, seats

Mode = Literal["first", "concurrent"]

LONGEST_NAME = 80


@dataclass(frozen=True)
class Seat:
    """One browser, and the reviewer who sits at it ("" for nobody)."""

    browser: str
    reviewer: str = ""

    @property
    def taken(self) -> bool:
        """Whether somebody gave a name."""
        return bool(self.reviewer)


def utc_now() -> str:
    """This moment, for people to read; order comes from `seq`."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def clean_name(typed: str) -> str:
    """A reviewer's name as it is kept. Raises ReadError."""
    return kept_name(typed, "reviewer", "Type the name that your reads are to be kept under.")


def kept_name(typed: str, what: str, do: str) -> str:
    """A name of something as it is kept: on one line, spaces single. Raises ReadError."""
    name = " ".join(typed.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise ReadError(
            f"{what}: expected a name of 1 to {LONGEST_NAME} characters that can be seen, received "
            f"{typed!r}. {do}"
        )
    return name


def find_seat(connection: Connection, browser: str) -> Seat:
    """Who sits at `browser` now."""
    query = select(seats).where(seats.c.browser == browser).order_by(seats.c.seq.desc()).limit(1)
    row = connection.execute(query).first()
    return Seat(browser) if row is None else Seat(browser, row.reviewer)


def known_spelling(connection: Connection, name: str) -> str:
    """The name as it was first given, whatever the capitals: two spellings are no two reviewers."""
    if knows_reviewer(connection, name):
        return name
    alike = (one for one in all_reviewers(connection) if one.casefold() == name.casefold())
    return next(alike, name)


def insert_seat(connection: Connection, seat: Seat) -> None:
    """From now on `seat` is what its browser is."""
    now = utc_now()
    if seat.taken and not knows_reviewer(connection, seat.reviewer):
        row = {"name": seat.reviewer, "since": now, "authenticated": False}
        connection.execute(insert(reviewers).values(row))
    row = {"time": now, "browser": seat.browser, "reviewer": seat.reviewer, "mode": ""}
    connection.execute(insert(seats).values(row))


def knows_reviewer(connection: Connection, name: str) -> bool:
    """Whether anybody of that name has sat down before."""
    found = connection.execute(select(reviewers.c.seq).where(reviewers.c.name == name))
    return found.first() is not None


def all_reviewers(connection: Connection) -> list[str]:
    """Every reviewer's name, in the order in which they first came."""
    return list(connection.execute(select(reviewers.c.name).order_by(reviewers.c.seq)).scalars())
