"""The embedded database: one file, write-ahead logging, every commit on the disk. Knows no table.

A write begins IMMEDIATE: a transaction that reads and then writes would otherwise fail at
once when another process wrote in between, whatever the busy time-out.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from seg_core.errors import StoreError

BUSY_SECONDS = 30
"""How long a writer waits for another one."""

WRITES = "second_reader_writes"
"""Execution option of a connection that is going to write."""

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


def sqlite_url(path: Path) -> str:
    """The address of a database file, whatever characters its path has."""
    return URL.create("sqlite", database=os.fspath(path)).render_as_string()


def sqlite_engine(url: URL, path: Path) -> Engine:
    """An engine on the file at `path`. Raises StoreError on a network file system."""
    refuse_network(path, file_system_of(path))
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


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
