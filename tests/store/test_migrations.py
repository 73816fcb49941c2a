import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from seg_core.store import Store
from seg_core.store.database import open_store, sqlite_url
from seg_core.store.reading_tables import reads


def test_a_migrated_database_and_the_tables_agree(store: Store) -> None:
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), reads.metadata) == []


def test_opening_a_store_again_changes_nothing(tmp_path: Path) -> None:
    open_store(sqlite_url(tmp_path / "db")).close()
    before = _schema(tmp_path / "db")

    open_store(sqlite_url(tmp_path / "db")).close()

    assert _schema(tmp_path / "db") == before


@pytest.mark.parametrize("statement", ["UPDATE studies SET name = 'x'", "DELETE FROM studies"])
def test_studies_are_append_only(tmp_path: Path, statement: str) -> None:
    open_store(sqlite_url(tmp_path / "db")).close()
    with sqlite3.connect(tmp_path / "db") as connection:
        connection.execute(
            "INSERT INTO studies (id, name, source, arrived, slices, height, width, channels,"
            " has_truth, skipped) VALUES ('a', 'a', 'a', 'a', 1, 1, 1, 1, 0, 0)"
        )

        with pytest.raises(sqlite3.IntegrityError, match="studies are append only"):
            connection.execute(statement)


def _schema(path: Path) -> list[tuple[str]]:
    with sqlite3.connect(path) as connection:
        return connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
