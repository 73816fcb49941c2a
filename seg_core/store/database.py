"""The database: opened, brought to the newest schema, and written safely. It knows no query.

A write begins IMMEDIATE: a transaction that reads and then writes would otherwise fail at
once when another process wrote in between, whatever the busy time-out.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DatabaseError, OperationalError

from seg_core.errors import StoreError

MIGRATIONS = Path(__file__).parent / "migrations"

BUSY_SECONDS = 30
"""How long a writer waits for another one."""

NETWORK_FILE_SYSTEMS = {
    "nfs",
    "nfs4",
    "cifs",
    "smb2",
    "smb3",
    "smbfs",
    "afs",
    "ceph",
    "lustre",
    "gpfs",
    "beegfs",
    "glusterfs",
    "sshfs",
    "s3fs",
}
"""Write-ahead logging needs shared memory, which these do not give (sqlite.org/wal.html)."""

WRITES = "second_reader_writes"


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

        Raises StoreError when the lock or the room on the disk is not to be had.
        """
        with _said_plainly(), self._engine.connect() as connection:
            writing = connection.execution_options(**{WRITES: True})
            with writing.begin():
                yield writing

    def close(self) -> None:
        """Give all connections back; the store is not to be used afterwards."""
        self._engine.dispose()


@contextmanager
def _said_plainly() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise StoreError(
            f"store: expected to read and write the database, found: {error.orig}. "
            "See that the disk has room and no other program holds it, then try again."
        ) from error


def sqlite_url(path: Path) -> str:
    """The address of a database file, whatever characters its path has."""
    return URL.create("sqlite", database=os.fspath(path)).render_as_string()


def open_store(url: str) -> Store:
    """The store at `url` (`sqlite:///FILE`), made or migrated where needed.

    Raises StoreError when the file is no database, is newer than this program, or lies on a
    network file system.
    """
    database = make_url(url).database
    if not url.startswith("sqlite") or not database or database == ":memory:":
        raise StoreError(f"store: expected sqlite:///FILE, received {url}. Name a file.")
    path = Path(database)
    refuse_network(path, file_system_of(path))
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock", timeout=BUSY_SECONDS):
            _migrate(engine, path)
    except (Timeout, OSError, DatabaseError) as error:
        engine.dispose()
        raise _cannot_open(path, error) from error
    return Store(engine)


def _cannot_open(path: Path, error: Exception) -> StoreError:
    """Says what to do; only a file that is no database at all is to be moved away."""
    found = getattr(error, "orig", error)
    if isinstance(error, DatabaseError) and not isinstance(error, OperationalError):
        do = "Move the file away, and a new one is made."
    elif isinstance(error, Timeout):
        found, do = f"it locked for {BUSY_SECONDS} s", "End the other program that opens it."
    else:
        do = "See that the disk has room and the folder can be written, or set SECOND_READER_HOME."
    return StoreError(f"{path}: expected a database of Second Reader, found: {found}. {do}")


def refuse_network(path: Path, file_system: str) -> None:
    """Raise StoreError when `file_system` cannot carry write-ahead logging."""
    if file_system.removeprefix("fuse.") in NETWORK_FILE_SYSTEMS:
        raise StoreError(
            f"{path}: expected a local disk, found a network file system ({file_system}). "
            "Set SECOND_READER_HOME to a folder on a local disk."
        )


def file_system_of(path: Path) -> str:
    """Type of the file system that holds `path`, or "" when the machine does not say."""
    folder = path.resolve().parent
    mounts = [m for m in psutil.disk_partitions(all=True) if folder.is_relative_to(m.mountpoint)]
    return max(mounts, key=lambda m: len(m.mountpoint)).fstype if mounts else ""


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # BEGIN is ours, see _begin
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    mode = cursor.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    if mode != "wal":
        raise StoreError(
            f"store: expected write-ahead logging, found journal mode {mode!r}: this file system "
            "cannot carry it. Set SECOND_READER_HOME to a folder on a local disk."
        )
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(engine: Engine, path: Path) -> None:
    """Bring the schema to the newest revision, in one transaction a migration."""
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
                f"{path}: expected a schema that this version knows, found {current!r}. It was "
                "written by a newer Second Reader: update, or set another SECOND_READER_HOME."
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
