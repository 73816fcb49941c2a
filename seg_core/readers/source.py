"""A study that was found and not yet opened. It holds names and paths, no pixels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from seg_core.readers.archive import Archive
from seg_core.readers.assemble import assemble
from seg_core.readers.dicom.header import whole_header
from seg_core.readers.dicom.study import open_dicom
from seg_core.readers.image import Bytes, file_bytes, read_image
from seg_core.readers.limits import MAX_FILE_BYTES, MAX_STUDY_BYTES
from seg_core.readers.names import Form, Found
from seg_core.readers.nifti import open_nifti
from seg_core.study import FLAIR, LGG_CHANNELS, Skipped, Study

Kind = Literal["patient folder", "loose images", "image", "zip", "upload"]


@dataclass(frozen=True)
class SliceFile:
    """One image or volume as found: its name as shown and paired, and where its bytes are.

    entry: its name inside the zip at `path`, or None where `path` is the file itself.
    role: see `Found.roles`.
    """

    name: str
    path: Path
    entry: str | None = None
    role: str = ""


@dataclass(frozen=True)
class StudySource:
    """A study to open, once or again. `path`: its folder, image or zip.

    skipped: files known to be unusable before opening (links, names given twice).
    form: what its files are.
    """

    name: str
    path: Path
    kind: Kind
    files: tuple[SliceFile, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    form: Form = "slices"

    def open(self) -> Study:
        """Read the slices and masks. Raises NothingToRead when no slice can be read.

        Files that cannot be used are in `skipped` of the study. Raises ArchiveRefused
        when the zip has changed into an unsafe one.
        """
        with self._opened() as read:

            def pixels(name: str) -> np.ndarray:
                return read_image(read(name), name)

            said = str(self.path).encode(errors="replace").decode()  # a path may be no text
            source = "upload" if self.kind == "upload" else said
            names = [file.name for file in self.files]
            if self.form == "DICOM":
                roles = {file.name: file.role for file in self.files}
                return open_dicom(self.name, source, roles, read, self.skipped)
            if self.form == "NIfTI":
                return open_nifti(self.name, source, names, read, self.skipped)
            return assemble(self.name, source, names, pixels, self.skipped)

    def headers(self, study: Study) -> dict[str, Any]:
        """Of the DICOM series whose slices `study` shows: file -> pydicom `Dataset`, without pixels
        but with the patient's name; none where the study is of other files."""
        if self.form != "DICOM":
            return {}
        unused = {skipped.file for skipped in study.skipped}
        with self._opened() as read:
            return {
                file.name: whole_header(read(file.name))
                for file in self.files
                if file.role in ("", LGG_CHANNELS[FLAIR]) and file.name not in unused
            }

    @contextmanager
    def _opened(self) -> Iterator[Bytes]:
        """Gives a file's bytes for its name, wherever it lies."""
        by_name = {file.name: file for file in self.files}
        in_zip = any(file.entry is not None for file in self.files)
        # an unpacked volume is a study; of pictures, and of DICOM, a file is a slice
        most = MAX_STUDY_BYTES if self.form == "NIfTI" else MAX_FILE_BYTES
        with Archive(self.path) if in_zip else nullcontext() as archive:

            def read(name: str) -> bytes:
                file = by_name[name]
                if archive is None or file.entry is None:
                    return file_bytes(file.path, name, most)
                return archive.read(file.entry)

            yield read


def files_of(
    found: Found, locate: Callable[[str], tuple[Path, str | None]]
) -> tuple[tuple[SliceFile, ...], tuple[Skipped, ...]]:
    """A study's files, whose names differ, and those skipped because their name was there before.

    locate: a path as listed -> where the file lies, and its entry where that is a zip.
    """
    kept: dict[str, SliceFile] = {}
    skipped = []
    roles = found.roles or ("",) * len(found.paths)
    for name, path, role in zip(found.shown_names, found.paths, roles, strict=True):
        file = SliceFile(name, *locate(path), role)
        if file.name in kept:
            reason = "expected one file of this name in a study, found a second. Rename it."
            skipped.append(Skipped(file.name, reason))
        else:
            kept[file.name] = file
    return tuple(kept.values()), tuple(skipped)
