from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from seg_core.errors import ReadError
from seg_core.settings import Settings
from seg_core.store import MAIN, ReadingRoom, StudyShelf, Verdict
from tests.store.conftest import make_study, shelve


def lists(room: ReadingRoom) -> dict[str, tuple[str, int]]:
    """Name -> (mode, how many studies)."""
    return {one.name: (one.mode, one.studies) for one in room.lists()}


def test_every_study_lies_in_one_list_and_every_list_is_read_first_until_set(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    shelve(shelf, "A")
    shelve(shelf, "B", "Teaching")

    assert lists(room) == {MAIN: ("first", 1), "Teaching": ("first", 1)}
    seat = room.sit("browser", "Ada")
    assert [row.list for row in room.worklist(seat, "worklist")] == [MAIN, "Teaching"]


def test_who_set_a_lists_mode_and_when_is_kept_line_by_line(room: ReadingRoom) -> None:
    for mode in ("concurrent", "first"):
        room.set_mode(room.sit("browser", "Ada"), MAIN, mode)

    (main,) = room.lists()
    assert (main.mode, main.set_by) == ("first", "Ada")
    assert main.since
    said = [line.details for line in room.record("Ada") if line.act == "list set"]
    assert said == [{"list": MAIN, "mode": mode} for mode in ("concurrent", "first")]


def test_nobody_without_a_name_sets_a_mode(room: ReadingRoom) -> None:
    with pytest.raises(ReadError, match="expected the name of who sets its mode"):
        room.set_mode(room.seat("browser"), MAIN, "concurrent")

    assert lists(room) == {MAIN: ("first", 0)}


def test_a_list_read_concurrently_opens_its_studies_and_no_others(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    kept, shown = shelve(shelf, "A"), shelve(shelf, "B", "Teaching")
    seat = room.sit("browser", "Ada")
    room.set_mode(seat, "Teaching", "concurrent")

    assert (room.may_see(seat, kept), room.may_see(seat, shown)) == (False, True)
    assert [row.shown for row in room.worklist(seat, "worklist")] == [False, True]
    modes = [read.mode for study in (kept, shown) if (read := room.open(seat, study))]
    assert modes == ["first", "concurrent"]


def test_a_read_that_goes_on_keeps_the_mode_that_it_began_with(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    study_id = shelve(shelf)
    ada, ben = room.sit("one", "Ada"), room.sit("two", "Ben")
    room.open(ada, study_id)

    room.set_mode(ben, MAIN, "concurrent")

    assert not room.look(ada, study_id, "viewer")
    assert room.listed(ada, "home") == frozenset()
    assert room.look(ben, study_id, "viewer")
    assert room.seal(ada, study_id, Verdict("no")).mode == "first"
    assert room.look(ada, study_id, "viewer")


def test_what_a_list_showed_stays_seen_when_the_list_is_read_first_again(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    study_id = shelve(shelf)
    ada, ben = room.sit("one", "Ada"), room.sit("two", "Ben")
    room.set_mode(ada, MAIN, "concurrent")
    room.worklist(ada, "worklist")
    room.set_mode(ada, MAIN, "first")

    assert room.may_see(ada, study_id)
    assert not room.may_see(ben, study_id)


def test_a_study_that_arrives_again_moves_only_when_its_list_is_named(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    study_id = shelve(shelf, "A", "Teaching")

    shelf.add(make_study("A"))
    assert lists(room)["Teaching"] == ("first", 1)
    shelf.add(make_study("A"), "Exam")
    assert lists(room) == {MAIN: ("first", 0), "Teaching": ("first", 0), "Exam": ("first", 1)}
    assert room.put_into(room.seat("browser"), [study_id], "Exam") == 0


def test_what_is_no_lists_name_is_refused_and_nothing_arrives(
    room: ReadingRoom, shelf: StudyShelf
) -> None:
    with pytest.raises(ReadError, match="list: expected a name of 1 to 80 characters"):
        shelf.add(make_study(), "  ")

    assert shelf.count() == 0


def test_studies_of_a_store_without_lists_lie_in_main_and_are_told_apart(
    tmp_path: Path, migrated_file: Path
) -> None:
    settings = Settings(home=tmp_path)
    shutil.copy(migrated_file, settings.database)
    shelf = StudyShelf(settings)
    seen, unseen = shelve(shelf, "A"), shelve(shelf, "B")
    shelf.close()
    with sqlite3.connect(settings.database) as before:
        for table in ("list_modes", "listings", "patients_shown", "removals"):
            before.execute(f"DROP TABLE {table}")
        before.execute("DROP INDEX studies_by_pixels")
        before.execute("ALTER TABLE studies DROP COLUMN pixels")
        before.execute("ALTER TABLE reveals DROP COLUMN agreed_slices")
        before.execute("ALTER TABLE readings DROP COLUMN on_trial")
        before.execute("ALTER TABLE verdicts DROP COLUMN suspicion")
        before.execute("UPDATE alembic_version SET version_num = '0002'")

    shelf = StudyShelf(settings)  # migrates

    room = ReadingRoom(shelf.store)
    assert lists(room) == {MAIN: ("first", 2)}
    room.look(room.seat("browser"), seen, "viewer")
    ada = room.sit("browser", "Ada")
    assert [room.may_see(ada, one) for one in (seen, unseen)] == [True, False]
    assert room.listed(ada, "worklist") == {seen}
