"""SHA-256 of a released model's files, as `sha256sum -c` reads them. It opens no network."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from seg_core.errors import ChecksumMismatch, ModelError
from seg_core.whole_files import write_whole

CHECKSUMS = "checksums.txt"


def sha256_of(path: Path) -> str:
    """Lower-case hexadecimal SHA-256 of a file's content, read in pieces.

    Raises ModelError where the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            f"{path}: expected a file of the released model, found {error.strerror}. "
            "Release or fetch the model anew."
        ) from error


def write_checksums(folder: Path, names: Iterable[str]) -> None:
    """Write checksums.txt over the named files of `folder`, sorted by name."""
    lines = [f"{sha256_of(folder / name)}  {name}\n" for name in sorted(names)]
    write_whole(folder / CHECKSUMS, "".join(lines))


def read_checksums(folder: Path) -> dict[str, str]:
    """File name -> SHA-256, as checksums.txt says. Raises ModelError without a usable one."""
    path = folder / CHECKSUMS
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(
            f"{path}: expected a list of checksums, found {error}. Release the model anew."
        ) from error
    sums = {}
    for line in lines:
        digest, separator, name = line.partition("  ")
        if not separator or len(digest) != 64 or Path(name).name != name:
            raise ModelError(
                f"{path}: expected lines of '<sha256>  <file>', found {line!r}. "
                "Release the model anew."
            )
        sums[name] = digest
    return sums


def verify_files(folder: Path, names: Iterable[str] | None = None) -> None:
    """Hold files to checksums.txt: all that it lists, or only `names`.

    Raises ChecksumMismatch for a file that differs, and ModelError for one that is
    missing or not listed.
    """
    sums = read_checksums(folder)
    for name in sums if names is None else names:
        if name not in sums or not (folder / name).is_file():
            lacks = "an entry in checksums.txt" if name not in sums else "that file in the folder"
            raise ModelError(
                f"{folder / name}: expected {lacks}, found none. Release or fetch the model anew."
            )
        found = sha256_of(folder / name)
        if found != sums[name]:
            raise ChecksumMismatch(
                f"{folder / name}: expected SHA-256 {sums[name]}, found {found}. "
                "The file was changed or damaged; release or fetch the model anew."
            )
