"""A mask as a DICOM segmentation: whose it is, and that every pixel lies where it was seen."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import highdicom as hd
import numpy as np
import pydicom
import pytest
from pydicom.uid import EnhancedMRImageStorage, generate_uid

from seg_core.errors import InputError
from seg_core.inference.dicom_segmentation import segmentation
from seg_core.readers import StudySource, find_studies
from seg_core.study import EngineInfo, Reading, Study
from tests.readers.made import AXIAL, dicom_bytes, pixels, tiff_bytes

PLACE = {"FrameOfReferenceUID": "1.2.8", "StudyInstanceUID": "1.2.7"}
TURNED = (0.8, 0.6, 0.0, -0.6, 0.8, 0.0)


TURNED_UP = (0.9998477, 0.0, -0.0174524, 0.0, 1.0, 0.0)
"""By a degree, as most heads are."""


def series(
    folder: Path, *, orientation: tuple[float, ...] = AXIAL, slices: int = 4, **more: object
) -> dict[str, np.ndarray]:
    """A series of unlike slices in files named against their order: SOP instance -> its pixels."""
    folder.mkdir(parents=True)
    step = np.cross(orientation[:3], orientation[3:]) * 5
    found = {}
    for k in range(slices):
        image = np.random.default_rng(k).integers(0, 900, (6, 8), np.uint16)
        uid = generate_uid()
        data = dicom_bytes(
            image,
            number=k + 1,
            position=tuple(step * k - 20),
            orientation=orientation,
            **{**PLACE, "SOPInstanceUID": uid, **more},
        )
        (folder / f"IM{slices - k}.dcm").write_bytes(data)
        found[uid] = image
    return found


def read(folder: Path) -> tuple[StudySource, Study, Reading]:
    """The only study there, and a reading as likely as its pixels are bright."""
    (source,) = find_studies(folder)
    study = source.open()
    probability = study.slices[..., 0] / np.float32(1000)
    sure = np.ones(len(study), np.float32)
    engine = EngineInfo("openvino", "f32", "CPU")
    return source, study, Reading("m", "7", "ab", engine, probability, sure, True, 0.5, 0.98)


def written(folder: Path) -> hd.seg.Segmentation:
    source, study, reading = read(folder)
    made = segmentation(study, reading, source.headers(study), 0.5)
    return hd.seg.segread(BytesIO(made))


@pytest.mark.parametrize("orientation", [AXIAL, TURNED])
def test_each_slice_s_mask_refers_to_the_file_that_it_was_read_from(
    tmp_path: Path, orientation: tuple[float, ...]
) -> None:
    taken = series(tmp_path / "series", orientation=orientation)

    found = written(tmp_path / "series")

    masks = found.get_pixels_by_source_instance(list(taken), ignore_spatial_locations=True)
    np.testing.assert_array_equal(masks[..., 0], np.stack(list(taken.values())) >= 500)


def test_it_says_whose_it_is_what_it_shows_and_by_which_model(tmp_path: Path) -> None:
    series(tmp_path / "series")

    found = written(tmp_path / "series")

    assert (found.PatientName, found.PatientID) == ("Secret^Name", "4711")
    assert (found.StudyInstanceUID, found.FrameOfReferenceUID) == ("1.2.7", "1.2.8")
    assert (found.SeriesNumber, found.Modality) == (9003, "SEG")
    assert found.SeriesDescription.startswith("Second Reader: m/7, >= 0.5.")
    assert "Research use only" in found.ContentDescription
    (segment,) = found.SegmentSequence
    assert segment.SegmentAlgorithmType == "AUTOMATIC"
    assert segment.SegmentedPropertyTypeCodeSequence[0].CodeMeaning == "Neoplasm"


def test_a_series_in_one_file_is_referred_to_frame_by_frame(tmp_path: Path) -> None:
    frames = np.random.default_rng(0).integers(0, 900, (3, 6, 8), np.uint16)
    groups = [
        {"PlanePositionSequence": {"ImagePositionPatient": ["0", "0", str(5 * k)]}}
        for k in (2, 0, 1)  # stored in another order than they lie
    ]
    data = dicom_bytes(frames, position=None, SOPClassUID=EnhancedMRImageStorage, **PLACE)
    dataset = pydicom.dcmread(BytesIO(data))
    del dataset.PixelSpacing, dataset.SliceThickness, dataset.ImageOrientationPatient
    dataset.PerFrameFunctionalGroupsSequence = [_nested(group) for group in groups]
    dataset.SharedFunctionalGroupsSequence = [
        _nested(
            {
                "PlaneOrientationSequence": {"ImageOrientationPatient": list(map(str, AXIAL))},
                "PixelMeasuresSequence": {"PixelSpacing": ["0.5", "0.75"], "SliceThickness": "5"},
            }
        )
    ]
    (tmp_path / "series").mkdir()
    dataset.save_as(tmp_path / "series" / "all.dcm")

    found = written(tmp_path / "series")

    masks = found.get_pixels_by_source_frame(
        dataset.SOPInstanceUID, [1, 2, 3], ignore_spatial_locations=True
    )
    np.testing.assert_array_equal(masks[..., 0], frames >= 500)


@pytest.mark.parametrize("called", ["IM{}.dcm", "series AX FLAIR_00{}.dcm"])
def test_what_was_cut_anew_lies_where_it_was_seen(tmp_path: Path, called: str) -> None:
    sagittal = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
    folder = tmp_path / "series"
    folder.mkdir()
    values = np.zeros((7, 6, 7), np.uint16)
    values[1, 2, 4], values[3, 5, 0] = 900, 800
    for k, image in enumerate(values):
        data = dicom_bytes(
            image, position=(k - 3.0, 2.0, 9.0), orientation=sagittal, number=k + 1,
            **PLACE, PixelSpacing=["1", "1"], SliceThickness="1",
        )  # fmt: skip
        (folder / called.format(k + 1)).write_bytes(data)

    found = written(folder)

    volume = found.get_volume(combine_segments=True)
    places = volume.map_indices_to_reference(np.argwhere(volume.array))
    expected = [[1 - 3, 2 + 4, 9 - 2], [3 - 3, 2 + 0, 9 - 5]]
    np.testing.assert_allclose(sorted(places.tolist()), sorted(expected), atol=1e-4)


def test_a_mask_of_nothing_is_written_too(tmp_path: Path) -> None:
    series(tmp_path / "series")
    source, study, reading = read(tmp_path / "series")

    made = segmentation(study, reading, source.headers(study), 1.0)

    assert not hd.seg.segread(BytesIO(made)).pixel_array.any()


def test_it_refers_to_every_slice_though_places_are_rounded(tmp_path: Path) -> None:
    folder = tmp_path / "series"
    folder.mkdir()
    step = np.cross(TURNED_UP[:3], TURNED_UP[3:]) * 5
    for k in range(12):
        image = np.full((6, 8), 900, np.uint16)
        place = tuple(np.round(step * k - 20, 2))
        data = dicom_bytes(image, number=k, position=place, orientation=TURNED_UP, **PLACE)
        (folder / f"IM{k}.dcm").write_bytes(data)

    frames = written(folder).PerFrameFunctionalGroupsSequence

    assert len(frames) == 12
    assert all("DerivationImageSequence" in frame for frame in frames)


def test_headers_that_break_the_standard_are_left_empty_and_nothing_is_quoted(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    odd = {"PatientBirthDate": "ANON", "PatientSex": "X", "StudyTime": "noon"}
    series(tmp_path / "series", **odd, PatientName="Mustermann", PatientComments="of Bonn")

    found = written(tmp_path / "series")

    assert (found.PatientBirthDate, found.PatientSex, found.StudyTime) == ("", "", "")
    assert found.PatientName == "Mustermann"
    assert "PatientComments" not in found
    assert not [one for one in recwarn if "Mustermann" in str(one.message)]


def test_where_no_calibration_covers_the_series_it_says_so(tmp_path: Path) -> None:
    series(tmp_path / "series")
    source, study, reading = read(tmp_path / "series")

    made = segmentation(study, replace(reading, calibrated=False), source.headers(study), 0.5)

    said = pydicom.dcmread(BytesIO(made)).ContentDescription
    assert said == "Confidence not calibrated. Research use only. Not for diagnosis."


def test_a_series_that_does_not_say_what_it_belongs_to_is_refused(tmp_path: Path) -> None:
    series(tmp_path / "series", FrameOfReferenceUID="")
    source, study, reading = read(tmp_path / "series")

    with pytest.raises(InputError, match="files without FrameOfReferenceUID"):
        segmentation(study, reading, source.headers(study), 0.5)


def test_other_files_than_dicom_are_refused(tmp_path: Path) -> None:
    (tmp_path / "p_1.tif").write_bytes(tiff_bytes(pixels()))
    source, study, reading = read(tmp_path)

    with pytest.raises(InputError, match="expected a DICOM series, found files of another kind"):
        segmentation(study, reading, source.headers(study), 0.5)


def _nested(group: dict[str, dict[str, object]]) -> pydicom.Dataset:
    outer = pydicom.Dataset()
    for sequence, values in group.items():
        inner = pydicom.Dataset()
        for keyword, value in values.items():
            setattr(inner, keyword, value)
        setattr(outer, sequence, [inner])
    return outer


@pytest.mark.parametrize(
    ("character_set", "name"),
    [
        (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎=やまだ^たろう"),
        (["", "ISO 2022 IR 149"], "Hong^Gildong=洪^吉洞=홍^길동"),
        ("ISO_IR 100", "Müller^Jörg"),
    ],
)
def test_a_name_in_whatever_characters_is_copied_whole(
    tmp_path: Path, character_set: str | list[str], name: str
) -> None:
    series(tmp_path / "series", SpecificCharacterSet=character_set, PatientName=name)

    assert written(tmp_path / "series").PatientName == name
