"""Ground truth from DICOM segmentations beside the series that they were drawn on."""

import shutil
from io import BytesIO
from pathlib import Path

import highdicom as hd
import numpy as np
import pydicom
import pytest
from pydicom.sr.codedict import codes
from pydicom.uid import generate_uid

from seg_core.errors import NothingToRead
from seg_core.readers import find_studies
from seg_core.study import Study
from tests.readers.made import AXIAL, dicom_bytes

MASK = np.random.default_rng(0).random((4, 6, 8)) < 0.3


def write_series(
    folder: Path, *, uid: str = "1.2.3", orientation: tuple[float, ...] = AXIAL, **more: object
) -> list[pydicom.Dataset]:
    """Four slices in files, the lowest in the last; their headers, the lowest first."""
    folder.mkdir(parents=True, exist_ok=True)
    step = np.cross(orientation[:3], orientation[3:]) * 5
    found = []
    for k in range(len(MASK)):
        data = dicom_bytes(
            np.full(MASK.shape[1:], 100 + k, np.uint16),
            number=k + 1,
            position=tuple(step * k - 20),
            orientation=orientation,
            series=uid,
            **{
                "FrameOfReferenceUID": "1.2.8",
                "StudyInstanceUID": "1.2.7",
                "SOPInstanceUID": generate_uid(),
                **dict.fromkeys(("PatientBirthDate", "PatientSex", "AccessionNumber"), ""),
                **dict.fromkeys(("StudyID", "StudyDate", "StudyTime"), ""),
                **more,
            },
        )
        (folder / f"IM{len(MASK) - k}.dcm").write_bytes(data)
        found.append(pydicom.dcmread(BytesIO(data), stop_before_pixels=True))
    return found


def write_outlines(
    path: Path,
    taken: list[pydicom.Dataset],
    mask: np.ndarray = MASK,
    *,
    by: str = "MANUAL",
    kind: str = "BINARY",
    category: object = codes.SCT.MorphologicallyAbnormalStructure,
    series: str | None = None,
    **how: object,
) -> None:
    """A segmentation of one segment a plane of the last axis, or of one."""
    planes = mask[..., None] if mask.ndim == 3 else mask
    program = hd.AlgorithmIdentificationSequence(
        name="p", family=codes.DCM.ArtificialIntelligence, version="1"
    )
    made = hd.seg.Segmentation(
        source_images=taken,
        pixel_array=planes.astype(np.float32 if kind == "FRACTIONAL" else np.uint8),
        segmentation_type=kind,
        segment_descriptions=[
            hd.seg.SegmentDescription(
                segment_number=k + 1,
                segment_label=f"part {k + 1}",
                segmented_property_category=category,
                segmented_property_type=codes.SCT.Neoplasm,
                algorithm_type=by,
                algorithm_identification=None if by == "MANUAL" else program,
            )
            for k in range(planes.shape[-1])
        ],
        series_instance_uid=series or hd.UID(),
        series_number=9,
        sop_instance_uid=hd.UID(),
        instance_number=1,
        manufacturer="m",
        manufacturer_model_name="m",
        software_versions="1",
        device_serial_number="1",
        **how,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    made.save_as(path)


def only(folder: Path) -> Study:
    (source,) = find_studies(folder)
    return source.open()


@pytest.mark.parametrize("place", ["series/outlines.dcm", "drawn/outlines.dcm"])
@pytest.mark.parametrize("by", ["MANUAL", "SEMIAUTOMATIC"])
def test_what_was_drawn_on_a_series_is_its_truth(tmp_path: Path, place: str, by: str) -> None:
    write_outlines(tmp_path / place, write_series(tmp_path / "series"), by=by)

    study = only(tmp_path)

    assert study.truth is not None
    np.testing.assert_array_equal(study.truth, MASK)
    assert study.truth_known is not None
    assert study.truth_known.all()
    assert study.name == "series AX FLAIR"
    assert study.skipped == ()
    assert all("outlines" not in note.reason for note in study.notes)  # a first read shows notes


def test_all_that_people_drew_is_taken_together(tmp_path: Path) -> None:
    taken = write_series(tmp_path)
    parts = np.stack([MASK, np.roll(MASK, 1, axis=1)], axis=-1)
    write_outlines(tmp_path / "a.dcm", taken, parts)
    write_outlines(tmp_path / "b.dcm", taken, np.roll(MASK, 1, axis=2))

    truth = only(tmp_path).truth

    np.testing.assert_array_equal(truth, parts.any(axis=-1) | np.roll(MASK, 1, axis=2))


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2.5"])
def test_of_a_fractional_one_the_half_counts(tmp_path: Path, syntax: str) -> None:
    amount = np.random.default_rng(1).random(MASK.shape)
    write_outlines(
        tmp_path / "a.dcm",
        write_series(tmp_path),
        amount,
        kind="FRACTIONAL",
        max_fractional_value=100,
        transfer_syntax_uid=syntax,
    )

    np.testing.assert_array_equal(only(tmp_path).truth, np.rint(amount * 100) >= 50)


def test_pixels_in_another_order_on_the_same_places_are_the_same_truth(tmp_path: Path) -> None:
    taken = write_series(tmp_path)
    last = [
        hd.PlanePositionSequence("PATIENT", (-20 + 7 * 0.75, -20.0, -20 + 5.0 * k))
        for k in range(len(MASK))
    ]
    write_outlines(
        tmp_path / "a.dcm",
        taken,
        MASK[:, :, ::-1],
        plane_positions=last,
        plane_orientation=hd.PlaneOrientationSequence("PATIENT", (-1.0, 0, 0, 0, 1.0, 0)),
        pixel_measures=hd.PixelMeasuresSequence((0.5, 0.75), 5.0),
    )

    np.testing.assert_array_equal(only(tmp_path).truth, MASK)


def test_what_was_cut_anew_keeps_its_truth(tmp_path: Path) -> None:
    sagittal = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
    short = {"PixelSpacing": ["1", "1"], "SliceThickness": "1"}
    taken = write_series(tmp_path, orientation=sagittal, **short)
    for k, header in enumerate(taken):  # a millimetre apart
        header.ImagePositionPatient = [str(-20.0 - k), "-20", "-20"]
        data = pydicom.dcmread(tmp_path / f"IM{4 - k}.dcm")
        data.ImagePositionPatient = header.ImagePositionPatient
        data.save_as(tmp_path / f"IM{4 - k}.dcm")
    write_outlines(tmp_path / "a.dcm", taken)

    study = only(tmp_path)

    assert any(note.kind == "cut anew" for note in study.notes)
    assert study.truth is not None
    assert study.grid is not None
    n, row, column = np.nonzero(study.truth)
    lies = study.grid @ np.stack([column, row, n, np.ones(len(n))])
    k, row, column = np.nonzero(MASK)  # to the left and down from (20, 20, -20): right, front, head
    expected = np.stack([20 + k, 20 - column, -20 - row])
    np.testing.assert_allclose(_sorted(lies), _sorted(expected), atol=1e-6)


def test_what_a_program_drew_is_no_truth(tmp_path: Path) -> None:
    write_outlines(tmp_path / "a.dcm", write_series(tmp_path), by="AUTOMATIC")

    study = only(tmp_path)

    assert (study.truth, study.skipped) == (None, ())


def test_outlines_on_other_voxels_are_refused_and_the_series_is_read(tmp_path: Path) -> None:
    taken = write_series(tmp_path)
    apart = [hd.PlanePositionSequence("PATIENT", (-19.7, -20.0, -20 + 5.0 * k)) for k in range(4)]
    write_outlines(tmp_path / "a.dcm", taken, plane_positions=apart)

    study = only(tmp_path)

    assert (len(study), study.truth) == (4, None)
    assert "expected outlines on the voxels of the series" in study.skipped[0].reason


def test_anatomy_is_no_truth_and_tissue_is(tmp_path: Path) -> None:
    taken = write_series(tmp_path)
    write_outlines(tmp_path / "a.dcm", taken, category=codes.SCT.AnatomicalStructure)
    write_outlines(tmp_path / "b.dcm", taken, np.roll(MASK, 1, axis=1), category=codes.SCT.Tissue)

    study = only(tmp_path)

    np.testing.assert_array_equal(study.truth, np.roll(MASK, 1, axis=1))
    assert [(lost.file, "something abnormal" in lost.reason) for lost in study.skipped] == [
        ("a.dcm", True)
    ]


def test_outlines_beyond_the_series_are_refused(tmp_path: Path) -> None:
    taken = write_series(tmp_path)
    far = [hd.PlanePositionSequence("PATIENT", (430.0, -20.0, -20 + 5.0 * k)) for k in range(4)]
    write_outlines(tmp_path / "a.dcm", taken, plane_positions=far)

    study = only(tmp_path)

    assert study.truth is None
    assert "found all of them beyond it" in study.skipped[0].reason
    assert study.skipped[0].is_mask  # a first read is not told


def test_on_a_series_with_a_gap_there_is_no_truth(tmp_path: Path) -> None:
    write_outlines(tmp_path / "a.dcm", write_series(tmp_path))
    (tmp_path / "IM2.dcm").unlink()

    study = only(tmp_path)

    assert study.truth is None
    assert "expected a series of even steps" in study.skipped[0].reason


def test_each_file_of_one_series_of_segmentations_goes_with_its_own(tmp_path: Path) -> None:
    one = write_series(tmp_path / "one", uid="1.2.3")
    two = write_series(tmp_path / "two", uid="1.2.4", SeriesDescription="AX T2")
    write_outlines(tmp_path / "drawn" / "a.dcm", one, series="1.2.9")
    write_outlines(tmp_path / "drawn" / "b.dcm", two, np.roll(MASK, 1, axis=1), series="1.2.9")

    first, second = (source.open() for source in find_studies(tmp_path))

    np.testing.assert_array_equal(first.truth, MASK)
    np.testing.assert_array_equal(second.truth, np.roll(MASK, 1, axis=1))


@pytest.mark.parametrize("place", ["a.dcm", "drawn/by/ada/a.dcm"])
def test_it_is_found_elsewhere_in_what_was_opened(tmp_path: Path, place: str) -> None:
    write_outlines(tmp_path / place, write_series(tmp_path / "visit" / "series"))

    assert only(tmp_path).truth is not None


def test_without_its_series_it_is_named(tmp_path: Path) -> None:
    taken = write_series(tmp_path / "lost", uid="1.2.3")
    write_series(tmp_path / "other", uid="1.2.4")
    write_outlines(tmp_path / "drawn" / "a.dcm", taken)
    shutil.rmtree(tmp_path / "lost")

    (lost,) = only(tmp_path).skipped

    assert lost.is_mask
    assert "expected the series that it was drawn on" in lost.reason


def test_it_goes_with_the_series_that_it_was_drawn_on_alone(tmp_path: Path) -> None:
    taken = write_series(tmp_path / "one", uid="1.2.3")
    write_series(tmp_path / "two", uid="1.2.4", SeriesDescription="AX T2")
    write_outlines(tmp_path / "drawn" / "a.dcm", taken)

    first, second = (source.open() for source in find_studies(tmp_path))

    assert first.truth is not None
    assert second.truth is None


def test_alone_it_is_no_study(tmp_path: Path) -> None:
    write_outlines(tmp_path / "drawn" / "a.dcm", write_series(tmp_path / "series"))
    (source,) = find_studies(tmp_path / "drawn")

    with pytest.raises(NothingToRead, match="found a file of modality SEG"):
        source.open()


def test_damage_is_named_and_the_series_is_read(tmp_path: Path) -> None:
    write_outlines(tmp_path / "a.dcm", write_series(tmp_path))
    whole = (tmp_path / "a.dcm").read_bytes()
    (tmp_path / "a.dcm").write_bytes(whole[:-20])

    study = only(tmp_path)

    assert (len(study), study.truth) == (4, None)
    assert "expected a whole DICOM segmentation" in study.skipped[0].reason


def _sorted(places: np.ndarray) -> list[list[float]]:
    return sorted(np.round(places.T, 6).tolist())


def test_a_series_in_two_folders_keeps_its_truth(tmp_path: Path) -> None:
    taken = write_series(tmp_path / "p" / "A")
    (tmp_path / "p" / "B").mkdir()
    for k in (1, 2):
        (tmp_path / "p" / "A" / f"IM{k}.dcm").rename(tmp_path / "p" / "B" / f"IM{k}.dcm")
    (tmp_path / "p" / "D").mkdir()
    write_outlines(tmp_path / "p" / "D" / "seg.dcm", taken)

    (source,) = find_studies(tmp_path)

    study = source.open()
    assert study.truth is not None
    assert study.truth.sum() == MASK.sum()
