"""Files of a folder, a zip or an upload put into studies, of whatever kind. It opens no pixel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from seg_core.readers.dicom_series import Head, may_be_dicom, series_in
from seg_core.readers.image import has_image_ending
from seg_core.readers.names import (
    Found,
    above_folder,
    by_folder,
    name_of_folder,
    shown_name,
    slice_studies,
    told_apart,
)
from seg_core.readers.nifti_names import is_nifti, is_volume_mask, volumes_of
from seg_core.study import Skipped


def may_be_read(name: str) -> bool:
    """Whether a file of this name is looked at: an image, a volume, or what may be DICOM."""
    return has_image_ending(name) or is_nifti(name) or may_be_dicom(name)


def studies_among(
    paths: Sequence[str], top: str, content: Callable[[Sequence[str]], object], head: Head
) -> list[Found]:
    """The studies among relative paths, names differing, each kind of file in natural order.

    `top` names the study of files that lie in no folder. `content`: equal for copies only.
    """
    return told_apart(
        [
            *slice_studies(paths, top, content),
            *_volumes(paths, top),
            *_series(paths, top, head),
        ]
    )


def _volumes(paths: Sequence[str], top: str) -> list[Found]:
    """NIfTI: a study a case, its mask with it."""
    found = []
    for folder, inside in by_folder(p for p in paths if is_nifti(p)).items():
        names = {PurePosixPath(path).name: path for path in inside}
        folder_name = name_of_folder(folder, top)
        cases = volumes_of(list(names))
        for case in cases:
            beside = tuple(Skipped(name, NOT_READ) for name in case.beside)
            files = tuple(names[name] for name in (*case.channels, *case.masks))
            name = shown_name(case.name) if case.name else folder_name
            above = folder_name if case.name and folder != "." else above_folder(folder)
            found.append(Found(name, above, files, "NIfTI", beside))
        used = {mask for case in cases for mask in case.masks}
        alone = [name for name in names if is_volume_mask(name) and name not in used]
        lost = tuple(Skipped(name, NO_VOLUME) for name in alone)
        if lost and cases:
            found[-1] = replace(found[-1], skipped=(*found[-1].skipped, *lost))
        elif lost:
            paths_of = tuple(names[name] for name in alone)
            found.append(Found(folder_name, above_folder(folder), paths_of, "NIfTI", lost))
    return found


def _series(paths: Sequence[str], top: str, head: Head) -> list[Found]:
    """DICOM: a study a series, called as its folder and by its description.

    Where the series of one visit lie in folders side by side, the folder above is the patient's.
    """
    folders = by_folder(p for p in paths if may_be_dicom(p))
    held = {folder: series_in(inside, head) for folder, inside in folders.items()}
    beside: dict[tuple[str, str], set[str]] = {}
    for folder, found in held.items():
        for series in found:
            beside.setdefault((_parent(folder), series.visit), set()).add(folder)
    studies = []
    for folder, found in held.items():
        for series in found:
            above = above_folder(folder) or (top if folder != "." else "")
            parts = [name_of_folder(folder, top), series.description]
            if series.visit and len(beside[_parent(folder), series.visit]) > 1:
                parts.insert(0, above)
            name = shown_name(" ".join(filter(None, parts)))
            studies.append(Found(name, above_folder(folder), series.files, "DICOM"))
    return studies


def _parent(folder: str) -> str:
    return str(PurePosixPath(folder).parent)


NOT_READ = (
    "expected pre-contrast, FLAIR or post-contrast, found another sequence: it is not read. Open "
    "it alone to look at it."
)
NO_VOLUME = (
    "expected a volume of its name beside this mask, found none. Add the volume, or take the mask "
    "away."
)
