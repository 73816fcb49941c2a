import os
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from seg_core.whole_files import (
    ABANDONED_SECONDS,
    make_whole_folder,
    replacing_folder,
    sweep_parts,
    write_whole,
)


def test_a_file_appears_with_all_its_bytes(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.bin", lambda file: file.write(b"whole"))

    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"a.bin": b"whole"}


def test_a_writer_that_fails_leaves_the_old_file_and_no_part(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"old")

    def fail(file: object) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_whole(tmp_path / "a.bin", fail)

    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"a.bin": b"old"}


def test_a_folder_that_fails_while_it_is_filled_leaves_nothing(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "first").write_bytes(b"1")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        make_whole_folder(tmp_path / "study", fail)

    assert list(tmp_path.iterdir()) == []


def test_a_folder_made_meanwhile_by_another_stays(tmp_path: Path) -> None:
    def fill(folder: Path) -> None:
        (folder / "mine").touch()
        (tmp_path / "study").mkdir()
        (tmp_path / "study" / "theirs").touch()

    make_whole_folder(tmp_path / "study", fill)

    assert [p.name for p in (tmp_path / "study").iterdir()] == ["theirs"]
    assert [p.name for p in tmp_path.iterdir()] == ["study"]


def test_a_folder_is_replaced_at_once_and_an_unfinished_one_replaces_nothing(
    tmp_path: Path,
) -> None:
    path = tmp_path / "study"
    for name in ("first", "second"):
        with replacing_folder(path) as part:
            (part / name).touch()
            assert name not in [file.name for file in path.glob("*")]
    with pytest.raises(OSError, match="disk full"), replacing_folder(path) as part:
        raise OSError("disk full")

    assert [file.name for file in path.iterdir()] == ["second"]
    assert [file.name for file in tmp_path.iterdir()] == ["study"]


def test_folders_that_replace_each_other_at_once_stay_whole(tmp_path: Path) -> None:
    path = tmp_path / "study"

    def replace(who: int) -> None:
        for _ in range(20):
            with replacing_folder(path) as part:
                for i in range(5):
                    (part / f"{who}-{i}").touch()

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(replace, range(4)))

    whole = [{f"{who}-{i}" for i in range(5)} for who in range(4)]
    assert {file.name for file in path.iterdir()} in whole
    assert list(tmp_path.iterdir()) == [path]


def test_old_parts_are_swept_and_parts_in_the_making_are_not(tmp_path: Path) -> None:
    old, new = (tmp_path / f".a.{uuid.uuid4().hex}.part" for _ in range(2))
    theirs = tmp_path / ".somebodys.part"
    long_ago = time.time() - ABANDONED_SECONDS - 60
    for folder in (old, new, theirs):
        folder.mkdir()
    for folder in (old, theirs):
        os.utime(folder, (long_ago, long_ago))

    sweep_parts(tmp_path)

    assert set(tmp_path.iterdir()) == {new, theirs}


def test_a_part_that_is_written_to_deep_inside_is_not_swept(tmp_path: Path) -> None:
    part = tmp_path / f".a.{uuid.uuid4().hex}.part"
    (part / "net" / "1").mkdir(parents=True)
    (part / "net" / "1" / "weights").touch()
    long_ago = time.time() - ABANDONED_SECONDS - 60
    os.utime(part, (long_ago, long_ago))

    sweep_parts(tmp_path)

    assert (part / "net" / "1" / "weights").exists()
