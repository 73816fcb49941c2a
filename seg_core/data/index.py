"""What a data set holds, and what is wrong with it. It keeps no pixels.

The index is exactly what training gets: it is made by opening every study as training does,
one at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from seg_core.data.institution import institution
from seg_core.errors import InputError, NothingToRead
from seg_core.readers import StudySource, find_studies
from seg_core.readers.names import is_mask, pairing_key
from seg_core.study import Skipped, Study

Progress = Callable[[int, int], None]
"""Called with (patients done, patients in all)."""


@dataclass(frozen=True)
class SlicePair:
    """A slice, by its file's name, and whether it has a usable mask.

    tumour_px: tumour pixels of the mask, 0 without a mask.
    """

    file: str
    outlined: bool
    tumour_px: int


@dataclass(frozen=True)
class Patient:
    """One patient's usable slices, in natural order.

    height_width: of a slice, in pixels. substituted: channels that are FLAIR again.
    """

    name: str
    source: StudySource
    slices: tuple[SlicePair, ...]
    height_width: tuple[int, int]
    substituted: tuple[str, ...] = ()

    @property
    def institution(self) -> str:
        """TCGA_CS and so on; the first word of names that are not the LGG set's."""
        return institution(self.name)

    @property
    def tumour_px(self) -> int:
        return sum(pair.tumour_px for pair in self.slices)

    @property
    def positive_slices(self) -> int:
        return sum(pair.tumour_px > 0 for pair in self.slices)

    def open_slice(self, pair: SlicePair) -> tuple[np.ndarray, np.ndarray]:
        """(pixels (h, w, 1 or 3), mask bool (h, w)) of a slice, its study opened anew.

        Raises NothingToRead where it cannot be, or where the slice is not there any more.
        """
        study = self.source.open()
        if pair.file not in study.files or study.truth is None:
            raise NothingToRead(
                f"{self.name}/{pair.file}",
                expected="the slice and its mask, as when the data were looked through",
                found="none of that name",
                do="Look through the data again.",
            )
        at = study.files.index(pair.file)
        return study.slices[at], study.truth[at]


@dataclass(frozen=True)
class DatasetIndex:
    """Patients and the integrity report.

    unpaired: slices without a usable mask and masks without a slice. unreadable: files that
    cannot be used. Each names its patient's folder and file, and why.
    """

    root: Path
    patients: tuple[Patient, ...]
    unpaired: tuple[Skipped, ...]
    unreadable: tuple[Skipped, ...]

    @cached_property
    def substituted(self) -> dict[str, tuple[str, ...]]:
        """Patient -> the channels that are FLAIR again, for patients that have any."""
        return {p.name: p.substituted for p in self.patients if p.substituted}

    @property
    def slices(self) -> int:
        return sum(len(patient.slices) for patient in self.patients)

    @property
    def positive_slices(self) -> int:
        return sum(patient.positive_slices for patient in self.patients)

    @property
    def institutions(self) -> dict[str, list[Patient]]:
        """Institution -> its patients, both sorted by name."""
        found: dict[str, list[Patient]] = {}
        for patient in sorted(self.patients, key=lambda p: (p.institution, p.name)):
            found.setdefault(patient.institution, []).append(patient)
        return found


def index_dataset(root: Path, progress: Progress | None = None) -> DatasetIndex:
    """Open every study below `root` once. Raises NothingToRead when there is none.

    Time: about 0.5 ms a file; memory: one study.
    """
    sources = find_studies(root)
    patients, unpaired, unreadable = [], [], []
    for done, source in enumerate(sources, start=1):
        try:
            patient, without, lost = _index_study(source, source.open())
        except InputError as error:
            unreadable.append(Skipped(source.name, error.reason))
        else:
            patients.append(patient)
            unpaired += without
            unreadable += lost
        if progress is not None:
            progress(done, len(sources))
    return DatasetIndex(root, tuple(patients), tuple(unpaired), tuple(unreadable))


def _index_study(source: StudySource, study: Study) -> tuple[Patient, list[Skipped], list[Skipped]]:
    """(patient, its unpaired files, its unreadable files)."""
    pairs = []
    for i, file in enumerate(study.files):
        known = study.truth_known is not None and bool(study.truth_known[i])
        area = int(study.truth[i].sum()) if known and study.truth is not None else 0
        pairs.append(SlicePair(file, known, area))
    names = [file.name for file in source.files]
    if source.form == "slices":
        masks = {pairing_key(name) for name in names if is_mask(name)}
        without = [file for file in study.files if pairing_key(file) not in masks]
        unpaired = [Skipped(f"{study.name}/{file}", NO_MASK) for file in without]
    else:  # one outline a volume, and no file a slice
        told = study.truth is not None or any(lost.is_mask for lost in study.skipped)
        unpaired = [] if told else [Skipped(study.name, NO_OUTLINE)]
    slices = {pairing_key(name) for name in names if not is_mask(name)}
    unreadable: list[Skipped] = []
    for lost in study.skipped:
        lonely = lost.is_mask and pairing_key(lost.file) not in slices
        report = Skipped(f"{study.name}/{lost.file}", lost.reason)
        (unpaired if lonely else unreadable).append(report)
    patient = Patient(study.name, source, tuple(pairs), study.height_width, study.substituted)
    return patient, unpaired, unreadable


NO_OUTLINE = "expected an outline beside it, found none. It is left out of training and scores."
NO_MASK = "expected a mask beside the slice, found none. It is left out of training and scores."
