import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from seg_core.errors import StoreError
from seg_core.store.database import open_store, refuse_network, sqlite_url
from seg_core.store.postgresql import why_silent


def test_a_store_is_made_with_write_ahead_logging_and_full_sync(tmp_path: Path) -> None:
    store = open_store(sqlite_url(tmp_path / "new folder" / "a ? % #.db"))

    with store.reading() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2  # FULL
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
    assert (tmp_path / "new folder" / "a ? % #.db").is_file()


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    store = open_store(sqlite_url(tmp_path / "db"))

    def fail_halfway() -> None:
        with store.writing() as connection:
            connection.execute(text("CREATE TABLE half (x)"))
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail_halfway()

    with store.reading() as connection:
        found = connection.execute(text("SELECT name FROM sqlite_master WHERE name = 'half'"))
        assert found.first() is None


def test_writers_that_read_first_wait_for_each_other_and_lose_nothing(tmp_path: Path) -> None:
    store = open_store(sqlite_url(tmp_path / "db"))
    with store.writing() as connection:
        connection.execute(text("CREATE TABLE counter (n)"))
        connection.execute(text("INSERT INTO counter VALUES (0)"))

    def count_up() -> None:
        own = open_store(sqlite_url(tmp_path / "db"))
        for _ in range(10):
            with own.writing() as connection:
                n = connection.execute(text("SELECT n FROM counter")).scalar_one()
                connection.execute(text("UPDATE counter SET n = :n"), {"n": n + 1})
        own.close()

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with store.reading() as connection:
        assert connection.execute(text("SELECT n FROM counter")).scalar_one() == 40


def test_a_file_that_is_no_database_is_left_alone_and_named(tmp_path: Path) -> None:
    (tmp_path / "db").write_bytes(b"not a database, " * 100)

    with pytest.raises(StoreError, match="expected a database of Second Reader"):
        open_store(sqlite_url(tmp_path / "db"))

    assert (tmp_path / "db").read_bytes() == b"not a database, " * 100


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    open_store(sqlite_url(tmp_path / "db")).close()
    with sqlite3.connect(tmp_path / "db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(StoreError, match=r"found '9999'.*newer Second Reader"):
        open_store(sqlite_url(tmp_path / "db"))


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs"])
def test_a_network_file_system_is_refused_with_what_to_do(kind: str) -> None:
    with pytest.raises(StoreError, match=f"network file system .{kind}.*SECOND_READER_HOME"):
        refuse_network(Path("/mnt/db"), kind)


def test_a_local_or_unknown_file_system_is_taken() -> None:
    refuse_network(Path("/mnt/db"), "ext4")
    refuse_network(Path("/mnt/db"), "")


def test_only_a_file_can_be_a_store() -> None:
    with pytest.raises(StoreError, match="received sqlite://"):
        open_store("sqlite://")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(StoreError, match=r"file/db: expected a database.*SECOND_READER_HOME"):
        open_store(sqlite_url(tmp_path / "file" / "db"))


def test_a_statement_that_fails_is_said_plainly(tmp_path: Path) -> None:
    store = open_store(sqlite_url(tmp_path / "db"))

    with (
        pytest.raises(StoreError, match="expected to read and write the database, found: no such"),
        store.reading() as connection,
    ):
        connection.execute(text("SELECT * FROM nowhere"))


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    url = "postgresql://ada:secret@127.0.0.1:1/reads"  # nothing listens on port 1

    with pytest.raises(StoreError, match=r"ada:\*\*\*@.*expected a PostgreSQL") as refused:
        open_store(url)

    assert "secret" not in str(refused.value)
    assert why_silent(url)


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(StoreError, match="Look at SECOND_READER_DATABASE"):
        open_store("my database")


def test_a_database_that_is_damaged_while_it_is_used_is_said_plainly(tmp_path: Path) -> None:
    file = tmp_path / "db"
    open_store(sqlite_url(file)).close()
    with sqlite3.connect(file) as plain:
        (page,) = plain.execute("PRAGMA page_size").fetchone()
        (root,) = plain.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'studies'"
        ).fetchone()
    plain.close()
    with file.open("r+b") as stream:
        stream.seek((root - 1) * page)
        stream.write(b"\xff" * page)

    with (
        pytest.raises(StoreError, match="verdicts lie there alone"),
        open_store(sqlite_url(file)).reading() as connection,
    ):
        connection.execute(text("SELECT * FROM studies")).all()
