import stat
import struct
import zipfile
from pathlib import Path

import pytest

from seg_core.errors import ArchiveRefused, ImageRefused
from seg_core.readers import limits
from seg_core.readers.archive import Archive, is_zip


def zip_with(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in entries:
            packed.writestr(name, data)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(ArchiveRefused) as refused:
        Archive(path)
    return str(refused.value)


def test_files_are_listed_and_read(tmp_path: Path) -> None:
    path = zip_with(tmp_path / "a.zip", ("p/", b""), ("p/1.tif", b"one"), ("p/2.tif", b"two"))

    with Archive(path) as archive:
        assert archive.names == ["p/1.tif", "p/2.tif"]
        assert archive.read("p/2.tif") == b"two"


def test_an_entry_without_a_name_refuses_the_whole_zip(tmp_path: Path) -> None:
    path = zip_with(tmp_path / "a.zip", ("p/1.tif", b"one"), ("x", b"two"))
    data = path.read_bytes()
    at = data.rindex(b"PK\x01\x02")  # the directory's line of x: no name, one byte of comment
    line = bytearray(data[at : data.rindex(b"PK\x05\x06")])
    line[28:30], line[32:34] = (0).to_bytes(2, "little"), (1).to_bytes(2, "little")
    path.write_bytes(data[:at] + line + data[at + len(line) :])

    assert "an empty name" in refusal(path)


def test_a_file_gone_since_the_zip_was_listed_is_refused(tmp_path: Path) -> None:
    path = zip_with(tmp_path / "a.zip", ("p/1.tif", b"one"))

    with Archive(path) as archive, pytest.raises(ImageRefused, match="not there any more"):
        archive.read("p/2.tif")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("/etc/slice.tif", "an absolute path"),
        ("C:/slice.tif", "an absolute path"),
        ("p/../../slice.tif", "a path that leads out of the folder"),
        ("..\\slice.tif", "a backslash or NUL in a path"),
    ],
)
def test_one_unsafe_name_refuses_the_whole_zip(tmp_path: Path, name: str, problem: str) -> None:
    path = zip_with(tmp_path / "a.zip", ("good.tif", b"good"), (name, b"bad"))

    message = refusal(path)

    assert message.startswith("a.zip: expected plain files below one folder")
    assert problem in message
    assert "Nothing of it was read" in message


@pytest.mark.parametrize(
    ("mode", "problem"), [(stat.S_IFLNK, "a symbolic link"), (stat.S_IFIFO, "a device or pipe")]
)
def test_a_link_or_device_refuses_the_whole_zip(tmp_path: Path, mode: int, problem: str) -> None:
    link = zipfile.ZipInfo("link.tif")
    link.create_system, link.external_attr = 3, (mode | 0o777) << 16
    path = zip_with(tmp_path / "a.zip", ("good.tif", b"good"), (link, b"/etc/passwd"))

    assert problem in refusal(path)


def test_a_declared_bomb_is_refused_before_unpacking(tmp_path: Path) -> None:
    path = zip_with(tmp_path / "a.zip", ("zeros.tif", bytes(20 * limits.MIB)))

    assert "packed at most 200 to 1, found 'zeros.tif' of 20,971,520 bytes" in refusal(path)


def test_many_entries_that_unpack_to_gigabytes_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seg_core.readers.archive.MAX_UNPACKED_BYTES", 5 * limits.MIB)
    entries = [(f"{i}.tif", bytes(limits.MIB)) for i in range(6)]

    assert "found a zip that unpacks to 6,291,456 bytes" in refusal(
        zip_with(tmp_path / "a.zip", *entries)
    )


def test_an_entry_that_lies_about_its_size_is_cut_off_while_unpacking(tmp_path: Path) -> None:
    path = zip_with(tmp_path / "a.zip", ("liar.tif", bytes(range(256)) * 100))
    data = bytearray(path.read_bytes())
    central = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, central + 24, 1000)  # uncompressed size
    path.write_bytes(data)

    with Archive(path) as archive, pytest.raises(ImageRefused, match=r"^liar\.tif: .*unpacked"):
        archive.read("liar.tif")


def test_overlapping_entries_are_refused(tmp_path: Path) -> None:
    path = zip_with(tmp_path / "a.zip", ("a.tif", b"a" * 50), ("b.tif", b"b" * 50))
    data = bytearray(path.read_bytes())
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    struct.pack_into("<I", data, second + 42, 0)  # both entries claim the first one's bytes
    path.write_bytes(data)

    assert "overlap" in refusal(path)


def test_an_entry_that_reaches_into_the_directory_is_refused(tmp_path: Path) -> None:
    path = zip_with(tmp_path / "a.zip", ("a.tif", b"a" * 50))
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 20, 5000)  # compressed size
    path.write_bytes(data)

    assert "reaching into the directory" in refusal(path)


def test_two_entries_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = zip_with(tmp_path / "a.zip", ("a.tif", b"1"), ("a.tif", b"2"))

    assert "found 'a.tif' twice" in refusal(path)


def test_a_zip_with_a_password_is_refused(tmp_path: Path) -> None:
    path = zip_with(tmp_path / "a.zip", ("a.tif", b"secret"))
    data = bytearray(path.read_bytes())
    struct.pack_into("<H", data, data.index(b"PK\x01\x02") + 8, 1)
    path.write_bytes(data)

    assert "expected a zip without a password" in refusal(path)


def test_an_unusual_compression_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_LZMA) as packed:
        packed.writestr("a.tif", b"x" * 100)

    assert "expected stored or deflated entries" in refusal(tmp_path / "a.zip")


def test_too_many_entries_are_refused_before_they_are_parsed(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 60_000, 60_000, 3_000_000, 0, 0))

    assert "expected at most 20,000 entries, found 60,000" in refusal(path)


def test_a_zip64_directory_is_refused(tmp_path: Path) -> None:
    path = zip_with(tmp_path / "a.zip", ("a.tif", b"a"))
    data = path.read_bytes()
    end = data.rindex(b"PK\x05\x06")
    path.write_bytes(data[:end] + b"PK\x06\x07" + bytes(16) + data[end:])

    assert "found a zip64 directory" in refusal(path)


@pytest.mark.parametrize("keep", [0, 3, 60])
def test_a_truncated_zip_is_refused(tmp_path: Path, keep: int) -> None:
    path = zip_with(tmp_path / "a.zip", ("a.tif", b"a" * 500))
    path.write_bytes(path.read_bytes()[:keep])

    assert "no directory at its end (truncated?)" in refusal(path)


def test_a_damaged_entry_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    path = zip_with(tmp_path / "a.zip", ("bad.tif", b"q" * 90), ("good.tif", b"good"))
    data = bytearray(path.read_bytes())
    data[40] ^= 0xFF
    path.write_bytes(data)

    with Archive(path) as archive:
        with pytest.raises(ImageRefused, match=r"^bad\.tif: expected a whole file in the zip"):
            archive.read("bad.tif")
        assert archive.read("good.tif") == b"good"


def test_a_zip_is_told_by_its_first_bytes(tmp_path: Path) -> None:
    assert is_zip(zip_with(tmp_path / "a", ("a.tif", b"a")).read_bytes())
    assert not is_zip(b"II*\0")
