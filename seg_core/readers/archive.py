"""The one guard that opens zips: every entry looked at first, bytes counted while unpacking.

An unsafe zip is refused whole; nothing of it is ever written to disk. Python's zipfile
drops `..` silently, accepts overlapping entries and believes declared sizes: so it is asked
only for what was checked here.
"""

from __future__ import annotations

import stat
import struct
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from seg_core.errors import ArchiveRefused, ImageRefused
from seg_core.readers.limits import (
    MAX_DIRECTORY_BYTES,
    MAX_ENTRIES,
    MAX_FILE_BYTES,
    MAX_RATIO,
    MAX_UNPACKED_BYTES,
    RATIO_FREE_BYTES,
)
from seg_core.readers.nifti_names import is_nifti

END_SIGNATURE, END_BYTES, LONGEST_COMMENT = b"PK\x05\x06", 22, 65535
"""End of central directory record (APPNOTE 4.3.16)."""

LOCATOR_SIGNATURE, LOCATOR_BYTES = b"PK\x06\x07", 20
"""Zip64 locator (APPNOTE 4.3.15): its record would overrule the sizes checked here."""

LOCAL_HEADER = struct.Struct("<26xHH")
"""Lengths of name and extra field in a local header of 30 bytes (APPNOTE 4.3.7)."""

COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
CHUNK = 2**20
PACK_AGAIN = "Nothing of it was read. Pack the folder again with an ordinary zip program."


def is_zip(data: bytes) -> bool:
    """Whether the first bytes are a zip's, whatever the file's name."""
    return data[:4] in (b"PK\x03\x04", END_SIGNATURE)


class Archive:
    """A zip whose entries have all been found harmless. Use it in a `with` statement.

    Raises ArchiveRefused at opening; `names` are then its files, folders left out.
    """

    def __init__(self, path: Path, shown: str | None = None) -> None:
        self._shown = shown or path.name
        _check_directory(path, self._shown)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
            raise _refused(self._shown, "a whole zip", f"a damaged one ({error})") from error
        try:
            entries = self._zip.infolist()
            _check_together(entries, self._shown)
            for entry in entries:
                _check_entry(entry, self._shown)
            _check_overlap(path, entries, self._zip.start_dir, self._shown)
        except BaseException:
            self._zip.close()
            raise
        self._entries = {entry.filename: entry for entry in entries if not entry.is_dir()}

    @property
    def names(self) -> list[str]:
        """Paths of the files inside, with forward slashes."""
        return list(self._entries)

    def content(self, names: Sequence[str]) -> list[tuple[int, int]]:
        """(size, CRC) of files as declared: equal for copies."""
        return [(self._entries[name].file_size, self._entries[name].CRC) for name in names]

    def read(self, name: str) -> bytes:
        """One file's bytes, counted while they are unpacked. Raises ImageRefused."""
        shown = name.rsplit("/", 1)[-1]
        entry = self._entries.get(name)
        if entry is None:
            raise _damaged(shown, ValueError("it is not there any more"))
        out = bytearray()
        try:
            with self._zip.open(entry) as stream:
                while chunk := stream.read(CHUNK):
                    out += chunk
                    if len(out) > min(entry.file_size, MAX_FILE_BYTES):
                        raise ValueError("more bytes than it declares")
        except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError) as error:
            raise _damaged(shown, error) from error
        except Exception as error:  # zlib.error and whatever a damaged stream raises
            raise _damaged(shown, error) from error
        return bytes(out)

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()


def _refused(file: str, expected: str, found: str, do: str = PACK_AGAIN) -> ArchiveRefused:
    return ArchiveRefused(file, expected=expected, found=found, do=do)


def _damaged(file: str, error: Exception) -> ImageRefused:
    return ImageRefused(
        file,
        expected="a whole file in the zip",
        found=f"one that cannot be unpacked ({error})",
        do="Pack the folder again.",
    )


# --- before anything is parsed


def _check_directory(path: Path, shown: str) -> None:
    """The end record is there and its central directory is small enough to parse."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            file.seek(max(0, size - END_BYTES - LONGEST_COMMENT - LOCATOR_BYTES))
            tail = file.read()
    except OSError as error:
        raise _refused(shown, "a readable file", error.strerror or str(error)) from error
    at = tail.rfind(END_SIGNATURE)
    if at < 0 or len(tail) - at < END_BYTES:
        raise _refused(shown, "a whole zip", "no directory at its end (truncated?)")
    entries, directory_bytes = struct.unpack("<HL", tail[at + 10 : at + 16])
    if tail[at - LOCATOR_BYTES : at].startswith(LOCATOR_SIGNATURE):
        raise _refused(shown, "a zip below 4 GiB and 65,535 entries", "a zip64 directory")
    if entries > MAX_ENTRIES or directory_bytes > MAX_DIRECTORY_BYTES:
        raise _refused(
            shown,
            f"at most {MAX_ENTRIES:,} entries",
            f"{entries:,} in a directory of {directory_bytes:,} bytes",
        )


# --- before anything is unpacked


def _check_together(entries: list[zipfile.ZipInfo], shown: str) -> None:
    """Number, names that return, and the sum of what is declared."""
    if len(entries) > MAX_ENTRIES:
        raise _refused(shown, f"at most {MAX_ENTRIES:,} entries", f"{len(entries):,}")
    twice = [name for name, count in Counter(e.filename for e in entries).items() if count > 1]
    if twice:
        raise _refused(shown, "entries of different names", f"{twice[0]!r} twice")
    total = sum(entry.file_size for entry in entries)
    if total > MAX_UNPACKED_BYTES:
        raise _refused(
            shown,
            f"at most {MAX_UNPACKED_BYTES:,} bytes unpacked",
            f"a zip that unpacks to {total:,} bytes",
            "Nothing of it was read. Give fewer studies a zip.",
        )


def _check_entry(entry: zipfile.ZipInfo, shown: str) -> None:
    """One entry's name, type, encryption, compression, size and ratio."""
    name = entry.orig_filename
    problem = _unsafe_name(name) or _unsafe_type(entry)
    if problem:
        raise _refused(shown, "plain files below one folder", f"{problem} ({name!r})")
    if entry.flag_bits & 0x1:
        raise _refused(
            shown, "a zip without a password", f"{name!r} encrypted", "Pack it without one."
        )
    if entry.compress_type not in COMPRESSIONS:
        raise _refused(shown, "stored or deflated entries", f"method {entry.compress_type}")
    ratio = entry.file_size / max(entry.compress_size, 1)
    dense = entry.file_size > RATIO_FREE_BYTES and ratio > MAX_RATIO
    if entry.file_size > MAX_FILE_BYTES or (dense and not is_nifti(name)):
        raise _refused(
            shown,
            f"entries of at most {MAX_FILE_BYTES:,} bytes, packed at most {MAX_RATIO} to 1",
            f"{name!r} of {entry.file_size:,} bytes, packed {ratio:,.0f} to 1",
        )


def _unsafe_name(name: str) -> str | None:
    """What is wrong with an entry's raw name, or None."""
    parts = name.split("/")
    if not name:
        return "an empty name"
    if name.startswith("/") or (len(name) > 1 and name[1] == ":"):
        return "an absolute path"
    if ".." in parts:
        return "a path that leads out of the folder"
    if "\\" in name or "\0" in name:
        return "a backslash or NUL in a path"
    return None


def _unsafe_type(entry: zipfile.ZipInfo) -> str | None:
    """Links and devices, told by the Unix mode in the upper half of the attributes."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "a symbolic link"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "a device or pipe"
    return None


def _check_overlap(
    path: Path, entries: list[zipfile.ZipInfo], directory_at: int, shown: str
) -> None:
    """No two entries share bytes, as in a bomb that packs one block a thousand times."""
    with path.open("rb") as file:
        before, end_before = "", 0
        for entry in sorted(entries, key=lambda entry: entry.header_offset):
            start = entry.header_offset
            if start < end_before:
                raise _refused(
                    shown, "entries that lie apart", f"{before!r} and {entry.filename!r} overlap"
                )
            file.seek(start)
            header = file.read(LOCAL_HEADER.size)
            if len(header) < LOCAL_HEADER.size:
                raise _refused(shown, "a whole zip", f"{entry.filename!r} cut off")
            end_before = start + LOCAL_HEADER.size + sum(LOCAL_HEADER.unpack(header))
            end_before += entry.compress_size
            before = entry.filename
        if end_before > directory_at:
            raise _refused(shown, "a whole zip", f"{before!r} reaching into the directory")
