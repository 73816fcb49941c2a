"""The database: opened, brought to the newest schema, and written safely. It knows no query.

SQLite in the workspace unless a URL names a PostgreSQL; what differs between them stands in
`sqlite.py` and `postgresql.py`, and nowhere else.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from seg_core.errors import StoreError
from seg_core.store.postgresql import postgresql_engine
from seg_core.store.sqlite import BUSY_SECONDS, WRITES, refuse_network, sqlite_engine, sqlite_url

__all__ = ["Store", "open_store", "refuse_network", "sqlite_url"]

MIGRATIONS = Path(__file__).parent / "migrations"


class Store:
    """An open database of the newest schema."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one unchanging state of the database. Raises StoreError."""
        with _said_plainly(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection that holds the write lock; committed at the end, or rolled back.

        What was committed is on the disk once this returns. Raises StoreError when the lock
        or the room on the disk is not to be had.
        """
        with _said_plainly(), self._engine.connect() as connection:
            writing = connection.execution_options(**{WRITES: True})
            with writing.begin():
                yield writing

    def close(self) -> None:
        """Give all connections back; the store is not to be used afterwards."""
        self._engine.dispose()


COPY_BACK = "Bring back a copy of it: verdicts lie there alone. Moved away, a new one is made."


@contextmanager
def _said_plainly() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        if isinstance(error, OperationalError):
            do = "See that the disk has room and no other program holds it, then try again."
        elif type(error) is DatabaseError:  # SQLite's word for a damaged file
            do = COPY_BACK
        else:  # of what was asked: a second verdict, a line that is to stay
            raise
        raise StoreError(
            f"store: expected to read and write the database, found: {error.orig}. {do}"
        ) from error


def open_store(url: str) -> Store:
    """The store at `url`, made or migrated where needed.

    url: `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/DATABASE`. Raises StoreError
    when it is no database, is newer than this program, does not answer, or is a file on a
    network file system.
    """
    parsed = _parse(url)
    name = parsed.get_backend_name()
    if name == "postgresql":
        return _open_postgresql(parsed)
    if name != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise StoreError(
            f"store: expected sqlite:///FILE or postgresql://USER@HOST/DATABASE, received "
            f"{parsed.render_as_string()}. Name a file or a database."
        )
    return _open_sqlite(parsed, Path(parsed.database))


def _parse(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as error:
        raise StoreError(
            "store: expected sqlite:///FILE or postgresql://USER@HOST/DATABASE, received "
            "something else. Look at SECOND_READER_DATABASE."
        ) from error


def _open_sqlite(url: URL, path: Path) -> Store:
    engine = sqlite_engine(url, path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock", timeout=BUSY_SECONDS):
            _migrate(engine, str(path))
    except (Timeout, OSError, DatabaseError) as error:
        engine.dispose()
        raise _cannot_open(path, error) from error
    return Store(engine)


def _open_postgresql(url: URL) -> Store:
    engine = postgresql_engine(url)
    shown = url.render_as_string()  # without its password
    try:
        _migrate(engine, shown)
    except DatabaseError as error:
        engine.dispose()
        raise StoreError(
            f"{shown}: expected a PostgreSQL that lets us in, found: {error.orig}. See that it "
            "runs and that the database and its user exist, or unset SECOND_READER_DATABASE."
        ) from error
    return Store(engine)


def _cannot_open(path: Path, error: Exception) -> StoreError:
    """Says what to do; only a file that is no database at all is to be moved away."""
    found = getattr(error, "orig", error)
    if isinstance(error, DatabaseError) and not isinstance(error, OperationalError):
        do = COPY_BACK
    elif isinstance(error, Timeout):
        found, do = f"it locked for {BUSY_SECONDS} s", "End the other program that opens it."
    else:
        do = "See that the disk has room and the folder can be written, or set SECOND_READER_HOME."
    return StoreError(f"{path}: expected a database of Second Reader, found: {found}. {do}")


def _migrate(engine: Engine, shown: str) -> None:
    """Bring the schema to the newest revision, in one transaction."""
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", os.fspath(MIGRATIONS).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    connection = engine.connect().execution_options(**{WRITES: True})
    with connection, connection.begin():
        current = MigrationContext.configure(connection).get_current_revision()
        if current == scripts.get_current_head():
            return
        if current not in {None, *(script.revision for script in scripts.walk_revisions())}:
            raise StoreError(
                f"{shown}: expected a schema that this version knows, found {current!r}. It was "
                "written by a newer Second Reader: update, or set another SECOND_READER_HOME."
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
