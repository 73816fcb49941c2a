"""A reading's mask as a DICOM segmentation beside the series that was read, for archives (PACS).

It names the patient and the visit as the series does: without, no archive would file it.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, MutableSequence, Sequence
from io import BytesIO
from typing import Any

import numpy as np

from seg_core.errors import InputError
from seg_core.geometry import to_dicom
from seg_core.notice import NOTICE
from seg_core.readers.dicom.frames import frame_names
from seg_core.readers.dicom.stack import CUT_ANEW
from seg_core.study import Reading, Study

SEGMENTATION = "mask.dcm"

MAKER = "Second Reader"

NEEDED = (
    "FrameOfReferenceUID",
    "SOPClassUID",
    "SOPInstanceUID",
    "SeriesInstanceUID",
    "StudyInstanceUID",
)

MAY_BE_EMPTY = (
    "AccessionNumber",
    "PatientBirthDate",
    "PatientID",
    "PatientName",
    "PatientSex",
    "StudyDate",
    "StudyID",
    "StudyTime",
)
"""Statements that a file has to make, if with no content (type 2, PS3.5, 7.4.3); where names were
taken out, some are not there or hold what the standard does not allow."""

SEXES = ("", "M", "F", "O")

NOT_COPIED = ("PatientComments", "AdditionalPatientHistory")
"""Free text that highdicom would take over."""

LONGEST = 64
"""Characters of a text of type LO (PS3.5, 6.2)."""

SERIES_NUMBER = 9_000
"""Added to the series' own, so that a viewer lists it behind what the scanner took."""


def segmentation(
    study: Study, reading: Reading, taken: Mapping[str, Any], pixel_threshold: float
) -> bytes:
    """A DICOM file: a segmentation object with one segment, on the study's own voxels.

    taken: the series' headers, as `StudySource.headers` has them. Raises InputError where these do
    not say what such an object needs, such as places in the patient at even steps.
    """
    if not taken:
        raise _refused(study, "a DICOM series", "files of another kind")
    if study.grid is None or not study.evenly:
        raise _refused(study, "slices at even steps in the patient", "none, by its files")
    headers = list(taken.values())
    lacking = sorted({name for name in NEEDED for one in headers if not one.get(name)})
    if lacking:
        expected = "a series that archives can file"
        raise _refused(study, expected, f"files without {', '.join(lacking)}")
    out = BytesIO()
    try:
        with warnings.catch_warnings():  # they quote names
            warnings.simplefilter("ignore")
            for one in headers:
                _put_right(one)
            _made(study, reading, taken, pixel_threshold).save_as(out, enforce_file_format=True)
    except Exception as error:  # headers that lack what the standard demands raise whatever it is
        # its words may quote the patient's name or birth date: they stay unsaid
        found = f"one that lacks or breaks something of it ({type(error).__name__})"
        raise _refused(study, "a series as the standard demands it", found) from None
    return out.getvalue()


def _put_right(header: Any) -> None:
    """Leave empty what may be empty and is not there or not as the standard has it."""
    from pydicom import config
    from pydicom.datadict import dictionary_VR
    from pydicom.dataelem import DataElement

    header.decode()  # names in Japanese or Korean: one character set for all that is copied
    header.SpecificCharacterSet = "ISO_IR 192"
    for name in NOT_COPIED:
        header.pop(name, None)
    for name in MAY_BE_EMPTY:
        value = header.get(name)
        try:
            DataElement(name, dictionary_VR(name), value, validation_mode=config.RAISE)
            sound = value is not None and not isinstance(value, MutableSequence)
        except (ValueError, TypeError):
            sound = False
        if not sound or (name == "PatientSex" and value not in SEXES):
            setattr(header, name, "")


def _refused(study: Study, expected: str, found: str) -> InputError:
    do = "The mask is in the other files."
    return InputError(f"{study.name}: {SEGMENTATION}", expected=expected, found=found, do=do)


def _made(study: Study, reading: Reading, taken: Mapping[str, Any], threshold: float) -> Any:
    import highdicom as hd  # here: half a second, for those who write no DICOM

    model = f"{reading.model_name}/{reading.model_version}"
    headers, mask = _beside(study, reading.mask(threshold), taken)
    number = int(headers[0].get("SeriesNumber") or 0)
    return hd.seg.Segmentation(
        source_images=headers,
        pixel_array=mask,
        segmentation_type=hd.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=[_segment(reading)],
        series_instance_uid=hd.UID(),
        series_number=SERIES_NUMBER + number % SERIES_NUMBER,
        series_description=f"{MAKER}: {model}, >= {threshold:g}. {NOTICE}"[:LONGEST],
        sop_instance_uid=hd.UID(),
        instance_number=1,
        manufacturer=MAKER,
        manufacturer_model_name=reading.model_name[:LONGEST],
        software_versions=reading.model_version[:LONGEST],
        device_serial_number=reading.model_sha256[:LONGEST],
        content_label="TUMOUR",
        content_description=NOTICE
        if reading.calibrated
        else f"Confidence not calibrated. {NOTICE}",
    )


def _beside(
    study: Study, mask: np.ndarray, taken: Mapping[str, Any]
) -> tuple[list[Any], np.ndarray | Any]:
    """Source images, and the mask a frame of these or, where slices are none of theirs, a volume.

    By frame, highdicom takes the sources' own places, however they were rounded.
    """
    headers = list(taken.values())
    if any(note.kind == CUT_ANEW for note in study.notes):
        return headers, _volume(study, mask, headers)
    if all(file in taken for file in study.files):
        return [taken[file] for file in study.files], mask.astype(np.uint8)
    (name, only), *more = taken.items()
    frames = int(only.get("NumberOfFrames") or 1)
    numbers = {of: k for k, of in enumerate(frame_names(name, frames))}
    if more or not all(file in numbers for file in study.files):
        return headers, _volume(study, mask, headers)
    all_frames = np.zeros((frames, *mask.shape[1:]), np.uint8)
    all_frames[[numbers[file] for file in study.files]] = mask
    return headers, all_frames


def _segment(reading: Reading) -> Any:
    import highdicom as hd
    from pydicom.sr.codedict import codes

    return hd.seg.SegmentDescription(
        segment_number=1,
        segment_label="Tumour, by a model",
        segmented_property_category=codes.SCT.MorphologicallyAbnormalStructure,
        segmented_property_type=codes.SCT.Neoplasm,
        algorithm_type=hd.seg.SegmentAlgorithmTypeValues.AUTOMATIC,
        algorithm_identification=hd.AlgorithmIdentificationSequence(
            name=f"{MAKER} {reading.model_name}"[:LONGEST],
            family=codes.DCM.ArtificialIntelligence,
            version=reading.model_version[:LONGEST],
        ),
        anatomic_regions=[codes.SCT.Brain],
    )


def _volume(study: Study, mask: np.ndarray, taken: Sequence[Any]) -> Any:
    """bool (n, height, width) where it lies; highdicom finds out which frame is which slice's."""
    import highdicom as hd

    assert study.grid is not None
    column, row, along, first = to_dicom(study.grid).T
    return hd.Volume(
        mask.astype(np.uint8),
        np.vstack([np.column_stack([along, row, column, first]), [0, 0, 0, 1]]),
        coordinate_system=hd.CoordinateSystemNames.PATIENT,
        frame_of_reference_uid=taken[0].FrameOfReferenceUID,
    )
