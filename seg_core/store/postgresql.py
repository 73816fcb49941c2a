"""A PostgreSQL as the store, by its URL. It makes no database and no user; the URL names both.

Writers wait for each other, as they do with SQLite: what a transaction read before it writes
is still so when it commits, and lines get their numbers in the order in which they are committed.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DatabaseError

from seg_core.store.sqlite import BUSY_SECONDS, WRITES

WRITE_LOCK = 7_404_141
"""Key of the advisory lock that a writing transaction holds; any number of our own."""

CONNECT_SECONDS = 10


def postgresql_engine(url: URL) -> Engine:
    """An engine at `url`; it connects at the first transaction."""
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={"connect_timeout": CONNECT_SECONDS},
        pool_pre_ping=True,  # a server that was restarted meanwhile costs nobody an error
    )
    event.listen(engine, "begin", _begin)
    return engine


def why_silent(url: str) -> str | None:
    """Why the server at `url` does not let us in; None where it does. It changes nothing there."""
    engine = postgresql_engine(make_url(url))
    try:
        with engine.connect():
            return None
    except DatabaseError as error:
        return str(error.orig).strip()
    finally:
        engine.dispose()


def _begin(connection: Connection) -> None:
    if not connection.get_execution_options().get(WRITES, False):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return
    connection.exec_driver_sql("SET LOCAL synchronous_commit = on")
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")
