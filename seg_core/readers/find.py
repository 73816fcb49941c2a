"""What lies at a path: one study or many, in a folder, a file or a zip. It opens no pixel."""

from __future__ import annotations

from pathlib import Path

from seg_core.errors import NothingToRead
from seg_core.readers.archive import Archive, is_zip
from seg_core.readers.folder import studies_in_folder, study_of_file
from seg_core.readers.grouping import studies_among
from seg_core.readers.names import without_results
from seg_core.readers.source import Kind, StudySource, files_of


def find_studies(path: Path) -> list[StudySource]:
    """The studies at `path`, at least one, in natural order.

    Takes a patient folder, a folder of patients (nested too), loose images, DICOM series, NIfTI
    volumes, one file, or a zip of any of these. Raises NothingToRead, or ArchiveRefused for an
    unsafe zip.
    """
    try:
        if path.is_dir():
            found = studies_in_folder(path)
        elif _starts_as_zip(path):
            found = studies_in_zip(path)
        else:
            found = [study_of_file(path)]
    except OSError as error:
        raise NothingToRead(
            str(path),
            expected="a folder, an image or a zip",
            found=error.strerror or str(error),
            do="Check the path and who may read it.",
        ) from error
    if not found:
        raise NothingToRead(
            str(path),
            expected="slices as .tif, .tiff, .png, .jpg or .jpeg, DICOM series or NIfTI volumes",
            found="no image in it or its folders",
            do="Give the folder of a patient, or a folder of patients.",
        )
    return found


def studies_in_zip(path: Path, shown: str | None = None, kind: Kind = "zip") -> list[StudySource]:
    """The studies in a zip, a folder each. `shown` is its name where `path` is not.

    Raises ArchiveRefused.
    """
    shown = shown or path.name
    with Archive(path, shown) as archive:
        names = without_results(archive.names)
        studies = studies_among(names, Path(shown).stem, archive.content, archive.read)
    sources = []
    for found in studies:
        files, twice = files_of(found, lambda entry: (path, entry))
        skipped = (*found.skipped, *twice)
        sources.append(StudySource(found.name, path, kind, files, skipped, found.form))
    return sources


def _starts_as_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return is_zip(file.read(4)) or path.suffix.lower() == ".zip"
