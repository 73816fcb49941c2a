"""`kill -9` in the middle of a verdict, and two who seal at once: nothing acknowledged is lost."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from sqlalchemy import insert

from seg_core.errors import ReadError
from seg_core.store import ReadingRoom, Store, StudyShelf, Verdict, open_store
from seg_core.store.tables import studies
from tests.store.conftest import make_study

PROJECT = Path(__file__).resolve().parents[2]
KILLS = 4


def list_studies(store: Store, count: int) -> list[str]:
    """Studies in the database alone: a verdict needs no pixel."""
    ids = [f"{i:024x}" for i in range(count)]
    row = {"source": "a test", "arrived": "2026-01-01T00:00:00+00:00", "slices": 8}
    row |= {"height": 1, "width": 1, "channels": 1, "has_truth": False, "skipped": 0}
    with store.writing() as connection:
        connection.execute(insert(studies), [row | {"id": i, "name": i} for i in ids])
    return ids


def seal_until_killed(url: str, ids: list[str], seconds: float) -> list[str]:
    """Ids that a program said it had sealed before it was killed, `seconds` after it began."""
    command = [sys.executable, "-m", "tests.store.sealing", url, "Ada", *ids]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        said = process.stdout.read().splitlines(keepends=True)
    return [line.strip() for line in said if line.endswith("\n")]


def test_a_kill_in_the_middle_of_a_verdict_loses_nothing_that_was_acknowledged(
    store: Store, store_url: str
) -> None:
    ids, acknowledged = list_studies(store, 2000), list[str]()
    moments = random.Random(7)

    for _ in range(KILLS):
        acknowledged += seal_until_killed(store_url, ids, moments.uniform(0.02, 0.25))

    room = ReadingRoom(open_store(store_url))
    sealed = {read.study_id: read for read in room.reads("Ada") if read.verdict is not None}
    written = [line for line in room.record("Ada") if line.act == "verdict"]
    assert set(acknowledged) <= sealed.keys()
    assert len(acknowledged) == len(set(acknowledged))
    assert {line.study_id for line in written} == sealed.keys()  # both lines or neither
    assert all(read.verdict.note == "n" * 2000 for read in sealed.values() if read.verdict)


def test_two_tabs_that_seal_the_same_read_at_once_store_one_verdict(
    store: Store, store_url: str, shelf: StudyShelf
) -> None:
    study_id = shelf.add(make_study())
    ReadingRoom(store).sit("browser", "Ada")
    outcomes: list[str] = []
    at_once = threading.Barrier(4)

    def seal(slice_number: int) -> None:
        room = ReadingRoom(open_store(store_url))
        at_once.wait()
        try:
            room.seal(room.seat("browser"), study_id, Verdict("yes", (slice_number,)))
            outcomes.append("sealed")
        except ReadError:
            outcomes.append("refused")

    tabs = [threading.Thread(target=seal, args=(number,)) for number in range(1, 5)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()

    assert sorted(outcomes) == ["refused", "refused", "refused", "sealed"]
    assert [line.act for line in ReadingRoom(store).record("Ada")].count("verdict") == 1


def test_two_reviewers_seal_at_once_and_neither_loses_a_verdict(
    store: Store, store_url: str
) -> None:
    ids = list_studies(store, 10)

    def read_all(name: str) -> None:
        room = ReadingRoom(open_store(store_url))
        seat = room.sit(name, name)
        for study_id in ids:
            room.seal(seat, study_id, Verdict("no"))

    reviewers = [threading.Thread(target=read_all, args=(name,)) for name in ("Ada", "Ben")]
    for reviewer in reviewers:
        reviewer.start()
    for reviewer in reviewers:
        reviewer.join()

    room = ReadingRoom(store)
    assert [len(room.reads(name)) for name in ("Ada", "Ben")] == [10, 10]
    lines = [line.seq for name in ("Ada", "Ben") for line in room.record(name)]
    assert len(lines) == len(set(lines))
