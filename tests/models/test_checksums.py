import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from seg_core.errors import ChecksumMismatch, ModelError
from seg_core.models.checksums import (
    CHECKSUMS,
    read_checksums,
    sha256_of,
    verify_files,
    write_checksums,
    write_whole,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.bin").write_bytes(b"a")
    (tmp_path / "b.bin").write_bytes(b"b")
    write_checksums(tmp_path, ["b.bin", "a.bin"])
    return tmp_path


def test_the_checksum_is_that_of_the_content(folder: Path) -> None:
    assert sha256_of(folder / "a.bin") == hashlib.sha256(b"a").hexdigest()


def test_a_file_that_went_away_is_said_plainly(folder: Path) -> None:
    (folder / "a.bin").unlink()

    with pytest.raises(ModelError, match="expected a file of the released model"):
        sha256_of(folder / "a.bin")


def test_what_is_written_is_read_again(folder: Path) -> None:
    assert read_checksums(folder) == {
        "a.bin": hashlib.sha256(b"a").hexdigest(),
        "b.bin": hashlib.sha256(b"b").hexdigest(),
    }


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not installed")
def test_the_list_is_what_sha256sum_reads(folder: Path) -> None:
    subprocess.run(["sha256sum", "--check", "--strict", CHECKSUMS], cwd=folder, check=True)


def test_a_changed_file_is_named_with_both_checksums(folder: Path) -> None:
    (folder / "a.bin").write_bytes(b"changed")

    with pytest.raises(
        ChecksumMismatch, match=r"a\.bin: expected SHA-256 ca97.*changed or damaged"
    ):
        verify_files(folder)


def test_files_that_were_not_asked_for_are_not_looked_at(folder: Path) -> None:
    (folder / "a.bin").write_bytes(b"changed")

    verify_files(folder, ["b.bin"])


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "a.bin").unlink()

    with pytest.raises(ModelError, match=r"a\.bin: expected that file in the folder, found none"):
        verify_files(folder)


def test_a_file_without_an_entry_is_not_trusted(folder: Path) -> None:
    (folder / "c.bin").write_bytes(b"c")

    with pytest.raises(ModelError, match=r"c\.bin: expected an entry in checksums\.txt"):
        verify_files(folder, ["c.bin"])


def test_a_name_that_leaves_the_folder_is_refused(folder: Path) -> None:
    (folder / CHECKSUMS).write_text(f"{'0' * 64}  ../a.bin\n")

    with pytest.raises(ModelError, match="expected lines of"):
        read_checksums(folder)


def test_a_missing_list_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="Release the model anew"):
        read_checksums(tmp_path)


def test_a_file_written_whole_leaves_nothing_beside_it(tmp_path: Path) -> None:
    write_whole(tmp_path / "card.json", b"{}")

    assert [path.name for path in tmp_path.iterdir()] == ["card.json"]
