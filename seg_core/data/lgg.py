"""Fetches the LGG set from Kaggle into a folder of patients. It ships and changes no image."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from seg_core.errors import InputError
from seg_core.readers import StudySource, find_studies
from seg_core.readers.names import is_mask
from seg_core.whole_files import make_whole_folder, write_whole

HANDLE = "mateuszbuda/lgg-mri-segmentation"
PAGE = f"https://www.kaggle.com/datasets/{HANDLE}"
PATIENTS, SLICES = 110, 3929
"""What the set holds as published."""

TERMS = (
    "M. Buda, A. Saha, M. Mazurowski, Computers in Biology and Medicine 2019; images from The "
    "Cancer Imaging Archive, TCGA-LGG. Its terms stand on its page and bind what is trained on "
    f"it: {PAGE}"
)

Download = Callable[[str], str]
"""Handle of a Kaggle data set -> the folder it was downloaded to."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Fetched:
    """What lies in `out` now, counted there. only: the patients that were asked for, if some."""

    out: Path
    patients: int
    slices: int
    only: frozenset[str] | None = None

    @property
    def wanted(self) -> str:
        """What should lie there."""
        if self.only is None:
            return f"the {PATIENTS} patients and {SLICES} slices as published"
        return f"the {len(self.only)} patients asked for and no others"

    @property
    def complete(self) -> bool:
        """Whether it is what should lie there."""
        if self.only is None:
            return (self.patients, self.slices) == (PATIENTS, SLICES)
        return self.patients == len(self.only)


def fetch_lgg(
    out: Path,
    download: Download | None = None,
    progress: Progress | None = None,
    only: Collection[str] | None = None,
) -> Fetched:
    """Download the set and lay it out as out/<patient>/<slice>.tif, a patient whole or absent.

    only: names of the patients to lay out; None for all. Patients that are there stay, so a second
    call goes on where the first was stopped.
    Raises InputError when it cannot be downloaded or does not fit on the disk.
    """
    cached = _downloaded(download or _kagglehub_download)
    patients = [one for one in _patients(cached) if only is None or one.path.name in only]
    _check_room(patients, out)
    out.mkdir(parents=True, exist_ok=True)
    for done, patient in enumerate(patients, start=1):
        make_whole_folder(out / patient.path.name, partial(_copy, patient))
        if progress is not None:
            progress(done, len(patients))
    if tables := sorted(cached.rglob("data.csv")):
        write_whole(out / "data.csv", tables[0].read_bytes())
    laid_out = [source for source in find_studies(out) if source.name.startswith("TCGA_")]
    slices = sum(not is_mask(file.name) for source in laid_out for file in source.files)
    return Fetched(out, len(laid_out), slices, None if only is None else frozenset(only))


def _kagglehub_download(handle: str) -> str:
    import kagglehub

    return str(kagglehub.dataset_download(handle))


def _downloaded(download: Download) -> Path:
    try:
        return Path(download(HANDLE))
    except Exception as error:  # kagglehub lets through whatever its network library raises
        raise InputError(
            HANDLE,
            expected="the data set from Kaggle",
            found=f"{type(error).__name__}: {error}",
            do=f"Check the network, or download the zip from {PAGE} and unpack it.",
        ) from error


def _patients(cached: Path) -> list[StudySource]:
    """The set's patients, by name."""
    found = [source for source in find_studies(cached) if source.path.name.startswith("TCGA_")]
    if not found:
        raise InputError(
            HANDLE,
            expected="folders TCGA_...",
            found=f"none in {cached}",
            do=f"Look at {PAGE}, and remove that folder to download again.",
        )
    return found


def _check_room(patients: list[StudySource], out: Path) -> None:
    missing = [source for source in patients if not (out / source.path.name).is_dir()]
    needed = sum(file.path.stat().st_size for source in missing for file in source.files)
    there = next(folder for folder in (out, *out.resolve().parents) if folder.exists())
    free = shutil.disk_usage(there).free
    if needed > free:
        raise InputError(
            str(out),
            expected=f"{needed / 1e9:.1f} GB of room",
            found=f"{free / 1e9:.1f} GB",
            do="Make room, or name another folder.",
        )


def _copy(source: StudySource, folder: Path) -> None:
    for file in source.files:
        shutil.copyfile(file.path, folder / file.name)
