"""Files of a folder, a zip or an upload put into studies, of whatever kind. It opens no pixel."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from seg_core.readers.dicom.series import (
    Head,
    Series,
    may_be_dicom,
    series_among,
    three_sequences,
)
from seg_core.readers.image import has_image_ending
from seg_core.readers.names import (
    OUTLINE,
    Found,
    above_folder,
    by_folder,
    common_folder,
    name_of_folder,
    shown_name,
    slice_studies,
    told_apart,
)
from seg_core.readers.nifti_names import is_nifti, volumes_of
from seg_core.study import Skipped, is_volume_mask

Members = list[tuple[str, Series]]
"""Series, each with its folder."""


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
            files = tuple(names[name] for name in (*case.channels, *case.masks, *case.beside))
            name = shown_name(case.name) if case.name else folder_name
            above = folder_name if case.name and folder != "." else above_folder(folder)
            found.append(Found(name, above, files, "NIfTI"))
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
    The three sequences of a visit are one study, called as the patient alone.
    """
    series, damaged = series_among(by_folder(p for p in paths if may_be_dicom(p)), head)
    visits: dict[tuple[str, str], Members] = {}
    for number, (folder, one) in enumerate(series):
        alone = f"{folder} {number}"  # what states no visit is one of its own
        several = len({_parent(path) for path in one.files}) > 1  # then `folder` holds them all
        where = folder if several else _parent(folder)
        visits.setdefault((where, one.visit or alone), []).append((folder, one))
    found = [study for members in _with_drawn(_joined(visits)) for study in _visit(members, top)]
    return _with_damaged(found, damaged, top)


def _joined(visits: Mapping[tuple[str, str], Members]) -> dict[tuple[str, str], Members]:
    """Visits whose three sequences lie in folders that are not side by side, put together.

    Not where a part of the visit has all three already, nor where a series lies there twice.
    """
    joined = dict(visits)
    parts: dict[str, list[tuple[str, str]]] = {}
    for key in visits:
        parts.setdefault(key[1], []).append(key)
    for visit, keys in parts.items():
        members = [member for key in keys for member in visits[key]]
        uids = [(one.uid, one.description) for _, one in members]  # echoes have one uid
        whole = any(three_sequences([one for _, one in visits[key]]) for key in keys)
        apart = len(keys) > 1 and not whole and len(set(uids)) == len(uids)
        if apart and three_sequences([one for _, one in members]):
            for key in keys:
                del joined[key]
            joined[common_folder(parent for parent, _ in keys), visit] = members
    return joined


def _with_drawn(visits: Mapping[tuple[str, str], Members]) -> list[Members]:
    """The members of each visit; segmentations that lie alone with those of the nearest folder."""
    kept = {key: list(members) for key, members in visits.items()}
    for (parent, visit), members in visits.items():
        others = [key for key in kept if key[1] == visit and key[0] != parent]
        if others and all(one.outlined is not None for _, one in members):
            del kept[parent, visit]
            nearest = max(others, key=lambda key: len(posixpath.commonpath([key[0], parent])))
            kept[nearest] += members
    return list(kept.values())


def _with_damaged(found: Sequence[Found], damaged: Sequence[str], top: str) -> list[Found]:
    """With files called DICOM that are none: named by a study of their folder, or by one that says
    so when it is opened."""
    told = list(found)
    for folder, paths in by_folder(damaged).items():
        lost = tuple(Skipped(shown_name(path), NOT_DICOM) for path in paths)
        at = next((k for k, one in enumerate(told) if folder in by_folder(one.paths)), None)
        if at is None:
            name, above = name_of_folder(folder, top), above_folder(folder)
            told.append(Found(name, above, tuple(paths), "DICOM", lost))
        else:
            told[at] = replace(told[at], skipped=(*told[at].skipped, *lost))
    return told


def _visit(members: Members, top: str) -> list[Found]:
    """The studies among series, each with its folder, that one visit gave.

    A segmentation goes with the series that it says it was drawn on.
    """
    taken = [(folder, one) for folder, one in members if one.outlined is None]
    drawn = [one for _, one in members if one.outlined is not None]
    if not taken:  # it says so when it is opened
        taken, drawn = list(members), []
    folder = taken[0][0]
    apart = len({folder for folder, _ in taken}) > 1
    patient = common_folder(folder for folder, _ in taken) if apart else folder
    trio = three_sequences([series for _, series in taken]) or ()
    found = []
    if trio:
        name = name_of_folder(patient, top)
        found.append(_study(name, patient, trio, drawn))
    for folder, series in taken:
        if series not in trio:
            parts = [name_of_folder(patient, top)] if apart and folder != patient else []
            parts += [name_of_folder(folder, top), series.description]
            name = shown_name(NO_FOLDER.sub(" ", " ".join(filter(None, parts))))
            found.append(_study(name, patient, (series,), drawn))
    there = {series.uid for _, series in taken}
    lost = [path for one in drawn if not (one.outlined or set()) & there for path in one.files]
    unused = tuple(Skipped(shown_name(path), NO_SERIES, outline=True) for path in lost)
    return [replace(found[0], skipped=unused), *found[1:]]


def _study(name: str, patient: str, shown: Sequence[Series], drawn: Sequence[Series]) -> Found:
    """Of one series or three, with the segmentations drawn on one of them."""
    of = {series.uid for series in shown}
    files = [
        (path, (series.role or "") if len(shown) > 1 else "")
        for series in shown
        for path in series.files
    ]
    outlines = [one for one in drawn if one.outlined and one.outlined & of]
    files += [(path, OUTLINE) for one in outlines for path in one.files]
    paths, roles = zip(*files, strict=True)
    return Found(name, above_folder(patient), paths, "DICOM", roles=roles)


def _parent(folder: str) -> str:
    return str(PurePosixPath(folder).parent)


NO_FOLDER = re.compile(r"[\s/\\]+")
"""A description's strokes are no folders: `AX T1 W/ CONTRAST`."""

NOT_DICOM = "expected a DICOM image, found none in it. Copy or export the file again."
NO_SERIES = (
    "expected the series that it was drawn on beside this segmentation, found none. Add the series."
)
NO_VOLUME = (
    "expected a volume of its name beside this mask, found none. Add the volume, or take the mask "
    "away."
)
