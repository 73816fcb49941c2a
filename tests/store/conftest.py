"""Stores to test on: SQLite in a folder of the test, and a database of its own in PostgreSQL."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from seg_core.settings import Settings
from seg_core.store import ReadingRoom, Store, StudyShelf, open_store
from seg_core.store.database import sqlite_url
from seg_core.study import EngineInfo, Reading, Study

POSTGRESQL = "SECOND_READER_TEST_POSTGRESQL"


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite store of the newest schema, to copy."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    open_store(sqlite_url(path)).close()
    return path


@pytest.fixture(scope="session")
def migrated_database(unavailable: Callable[[str, str], NoReturn]) -> Iterator[tuple[str, str]]:
    """A PostgreSQL server's address, and an empty database there of the newest schema, to copy."""
    server = os.environ.get(POSTGRESQL)
    if not server:
        unavailable("postgresql", f"{POSTGRESQL} is not set: the URL of a server for tests")
    name = f"empty_{secrets.token_hex(6)}"
    _tell(server, f"CREATE DATABASE {name}")
    open_store(_database(server, name)).close()
    yield server, name
    _tell(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty store; each test that uses it runs on both."""
    if request.param == "sqlite":
        yield sqlite_url(shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "db"))
        return
    server, empty = request.getfixturevalue("migrated_database")
    name = f"test_{secrets.token_hex(6)}"
    _tell(server, f"CREATE DATABASE {name} TEMPLATE {empty} STRATEGY file_copy")
    yield _database(server, name)
    _tell(server, f"DROP DATABASE {name} WITH (FORCE)")


def _database(server: str, name: str) -> str:
    return server.rsplit("/", 1)[0] + f"/{name}"


def _tell(server: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture
def shelf(store: Store, tmp_path: Path) -> StudyShelf:
    return StudyShelf(Settings(home=tmp_path / "home"), store)


@pytest.fixture
def room(store: Store) -> ReadingRoom:
    return ReadingRoom(store)


def make_study(name: str = "A", slices: int = 8) -> Study:
    """Slices of 16 x 16, of a grey for each name; the truth is a square in slices 3 and 4."""
    grey = 60 + sum(map(ord, name)) % 128
    truth = np.zeros((slices, 16, 16), bool)
    truth[2:4, 4:10, 4:10] = True
    return Study(
        name=name,
        source="a test",
        files=tuple(f"{name}_{i}.tif" for i in range(1, slices + 1)),
        slices=np.full((slices, 16, 16, 3), grey, np.uint8),
        truth=truth,
        truth_known=np.ones(slices, bool),
    )


def make_reading(slices: int = 8) -> Reading:
    """A model that has the square of the truth, and another one in slice 7."""
    probability = np.zeros((slices, 16, 16), np.float32)
    probability[2:4, 4:10, 4:10] = 0.9
    probability[6, 10:14, 10:14] = 0.8
    return Reading(
        model_name="net",
        model_version="1",
        model_sha256="ab" * 32,
        engine=EngineInfo("fake", "f32", "none"),
        probability=probability,
        confidence=probability.max(axis=(1, 2)),
        calibrated=True,
        pixel_threshold=0.5,
        confidence_threshold=0.85,
    )


def shelve(shelf: StudyShelf, name: str = "A", into: str | None = None) -> str:
    """A study that a model has read; its id."""
    study_id = shelf.add(make_study(name), into)
    shelf.save_reading(study_id, make_reading())
    return study_id
