"""Studies from what a browser sends. Its file names are shown, and are never paths."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import chain, count
from pathlib import Path, PurePosixPath

from seg_core.errors import ArchiveRefused
from seg_core.readers.archive import is_zip
from seg_core.readers.dicom.header import has_dicom_ending, is_dicom
from seg_core.readers.dicom.series import may_be_dicom
from seg_core.readers.find import studies_in_zip
from seg_core.readers.grouping import studies_among
from seg_core.readers.image import has_image_ending
from seg_core.readers.names import is_hidden, is_mask, series_name, shown_name, without_results
from seg_core.readers.nifti_names import is_nifti
from seg_core.readers.source import StudySource, files_of
from seg_core.study import Skipped

LOOSE = "upload"
"""The name of a study whose files came without a folder and tell no name of their own."""


def sources_from_upload(
    files: Sequence[tuple[str, bytes]], staging: Path
) -> tuple[list[StudySource], list[Skipped]]:
    """(name, bytes) as uploaded -> studies to open, and files that are none, with reasons.

    The bytes are written into `staging` under names of ours, a digest each; the caller
    removes that folder when the studies are open. Raises nothing for bad content.
    """
    staging.mkdir(parents=True, exist_ok=True)
    sources: list[StudySource] = []
    skipped: list[Skipped] = []
    images: dict[str, Path] = {}
    wanted = set(without_results([_relative(name) for name, _ in files]))
    for name, data in files:
        label = shown_name(name)
        if _relative(name) not in wanted:
            continue
        if is_zip(data) or label.lower().endswith(".zip"):
            try:
                sources += _from_zip(label, _staged(staging, data, ".zip"))
            except ArchiveRefused as error:
                skipped.append(Skipped(label, error.reason))
        elif not (_by_ending(label) or (may_be_dicom(label) and is_dicom(data))):
            skipped.append(Skipped(label, NOT_AN_IMAGE))
        elif is_hidden(path := _relative(name)):
            skipped.append(Skipped(label, HIDDEN))
        else:
            staged = _staged(staging, data, ".image")
            # the folder of each series lost, as browsers do; which it is stands in the header
            if is_dicom(data) or has_dicom_ending(label):
                path = _other_name(path, staged, images)
            if path in images:
                skipped.append(Skipped(label, GIVEN_TWICE))
            else:
                images[path] = staged
    return [*sources, *_from_images(images, staging)], skipped


NOT_AN_IMAGE = (
    "expected a .tif, .tiff, .png, .jpg, .jpeg, .dcm, .nii, .nii.gz or .zip file, found another "
    "ending. Give slices in one of these."
)
HIDDEN = "expected a file with a name, found one that systems hide. Rename it."
GIVEN_TWICE = "expected files of different names, found this one a second time. Rename it."


def _from_zip(label: str, path: Path) -> list[StudySource]:
    found = studies_in_zip(path, label, "upload")
    if not found:
        raise ArchiveRefused(
            label,
            expected="a zip with slices",
            found="no image in it",
            do="Give the zip of a patient's folder.",
        )
    return found


def _from_images(images: dict[str, Path], staging: Path) -> list[StudySource]:
    def digests(paths: Sequence[str]) -> list[Path]:
        return [images[path] for path in paths]

    sources = []
    for found in studies_among(list(images), _common_name(images), digests, images.__getitem__):
        files, twice = files_of(found, lambda path: (images[path], None))
        skipped = (*found.skipped, *twice)
        sources.append(StudySource(found.name, staging, "upload", files, skipped, found.form))
    return sources


def _by_ending(label: str) -> bool:
    return has_image_ending(label) or is_nifti(label) or has_dicom_ending(label)


def _common_name(images: dict[str, Path]) -> str:
    """The series that all slices belong to, which mostly is the patient."""
    slices = [name for name in images if not is_mask(name)]
    if len(slices) == 1:
        return Path(shown_name(slices[0])).stem
    names = {series_name(name) for name in slices}
    return names.pop() or LOOSE if len(names) == 1 else LOOSE


def _relative(name: str) -> str:
    """The browser's name with its folders as a label: no root, no `..`, forward slashes."""
    parts = [shown_name(part) for part in name.replace("\\", "/").split("/") if part]
    return "/".join(part for part in parts if part not in (".", ".."))


def _other_name(path: str, staged: Path, images: Mapping[str, Path]) -> str:
    """The path, or where that names another file's content `IM1 (2).dcm`, `IM1 (3).dcm`, ..."""
    whole = PurePosixPath(path)
    names = chain([whole.name], (f"{whole.stem} ({k}){whole.suffix}" for k in count(2)))
    tried = (str(whole.with_name(name)) for name in names)
    return next(one for one in tried if images.get(one, staged) == staged)


def _staged(staging: Path, data: bytes, ending: str) -> Path:
    """The bytes in a file named by their digest."""
    path = staging / f"{hashlib.sha256(data).hexdigest()}{ending}"
    path.write_bytes(data)
    return path
