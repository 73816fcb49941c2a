"""Studies in a folder, its sub-folders or a single image. It opens no image.

Links are followed nowhere out of the folder: a data root promises that nothing outside is read.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from seg_core.links import lies_in, real
from seg_core.readers.dicom.header import HEAD_BYTES, has_dicom_ending, is_dicom
from seg_core.readers.grouping import may_be_read, studies_among
from seg_core.readers.image import has_image_ending
from seg_core.readers.names import OUR_RESULTS, is_hidden, is_mask, pairing_key, shown_name
from seg_core.readers.nifti_names import is_nifti, volumes_of
from seg_core.readers.source import Kind, SliceFile, StudySource, files_of
from seg_core.study import Skipped, volume_stem

DEPTH = 6
"""Folders below the one given. Kaggle's own zip of the LGG set has three."""

LEADS_OUT = (
    "expected something inside the folder that was opened, found a link that leads out of it. "
    "Copy it into the folder."
)
TOO_DEEP = (
    f"expected studies at most {DEPTH} folders deep, found folders below this one; they were not "
    "looked into. Open this folder itself."
)
NOT_ALLOWED = "expected a folder that may be read, found {found}. Check who may read it."


def studies_in_folder(root: Path) -> list[StudySource]:
    """Each folder with images below `root`, itself included, as a study; natural order.

    Folders that may not be entered come last, as studies that say so when opened.
    """
    root = real(root)
    walked = _walk(root)
    studies = studies_among(
        walked.images, root.name, lambda paths: _content(root, paths), lambda path: root / path
    )
    in_folder = Counter(found.folder for found in studies)
    links = [PurePosixPath(link) for link in walked.links]
    sources = []
    for found in studies:
        folder = found.folder
        folders = {PurePosixPath(path).parent for path in found.paths}
        kind: Kind = "patient folder" if in_folder[folder] == 1 else "loose images"
        # shown_name: a name that is no text (old file systems) could be stored nowhere
        files, twice = files_of(found, lambda path: (root / path, None))
        lost = [
            Skipped(shown_name(link.name), LEADS_OUT) for link in links if link.parent in folders
        ]
        skipped = (*found.skipped, *lost, *twice)
        name = shown_name(found.name)
        sources.append(StudySource(name, root / folder, kind, files, skipped, found.form))
    for path, reason in walked.closed:
        name = shown_name(path.name)
        closed = (Skipped(name, reason),)
        sources.append(StudySource(name, path, "patient folder", (), closed))
    return sources


def study_of_file(path: Path) -> StudySource:
    """One file as a study: a volume, one of DICOM, or an image; with the mask beside it."""
    if is_nifti(path.name):
        return _study_of_volume(path)
    name = shown_name(path.name)
    if has_dicom_ending(path.name) or _starts_as_dicom(path):
        files = (SliceFile(name, path),)
        return StudySource(PurePosixPath(name).stem, path, "image", files, form="DICOM")
    beside = [
        SliceFile(shown_name(other.name), other)
        for other in sorted(path.parent.iterdir())
        if is_mask(other.name)
        and has_image_ending(other.name)
        and pairing_key(other.name) == pairing_key(path.name)
        and other.name != path.name
        and lies_in(other, path.parent)
    ]
    return StudySource(PurePosixPath(name).stem, path, "image", (SliceFile(name, path), *beside))


def _study_of_volume(path: Path) -> StudySource:
    """One NIfTI volume alone, with the mask of its name that lies beside it."""
    there = [
        other.name
        for other in sorted(path.parent.iterdir())
        if is_nifti(other.name) and lies_in(other, path.parent)
    ]
    case = next((one for one in volumes_of(there) if path.name in one.channels), None)
    masks = case.masks if case else ()
    files = tuple(SliceFile(shown_name(name), path.parent / name) for name in (path.name, *masks))
    name = shown_name(volume_stem(path.name))
    return StudySource(name, path, "image", files, form="NIfTI")


def _starts_as_dicom(path: Path) -> bool:
    with path.open("rb") as file:
        return is_dicom(file.read(HEAD_BYTES))


def _content(root: Path, paths: Sequence[str]) -> object:
    """Equal for copies only: a digest of each file. Where one cannot be read, equal to nothing."""
    try:
        digests = []
        for path in paths:
            with (root / path).open("rb") as file:
                digests.append(hashlib.file_digest(file, "sha256").digest())
    except OSError:
        return object()
    return tuple(digests)


@dataclass
class _Walked:
    """What lies below a root: images and links out of it, relative; folders not entered."""

    images: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    closed: list[tuple[Path, str]] = field(default_factory=list)

    def could_not_enter(self, error: OSError) -> None:
        reason = NOT_ALLOWED.format(found=error.strerror or type(error).__name__)
        self.closed.append((Path(str(error.filename)), reason))


def _walk(root: Path) -> _Walked:
    walked = _Walked()

    def leads_out(path: Path) -> bool:
        return path.is_symlink() and not lies_in(path, root)

    for folder, folders, files in os.walk(root, onerror=walked.could_not_enter):
        here = Path(folder)
        if frozenset(files) >= OUR_RESULTS and here != root:
            folders.clear()  # what `segment` wrote here is no study
            continue
        deep = len(here.relative_to(root).parts) >= DEPTH
        folders[:] = [name for name in folders if not is_hidden(name)]
        if deep and folders:
            walked.closed.append((here, TOO_DEEP))
            folders.clear()
        walked.closed += [(here / name, LEADS_OUT) for name in folders if leads_out(here / name)]
        for path in (here / name for name in files if may_be_read(name)):
            relative = path.relative_to(root).as_posix()
            (walked.links if leads_out(path) else walked.images).append(relative)
    return walked
