"""Pre-contrast, FLAIR and post-contrast of one DICOM visit on FLAIR's voxels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as DicomSequence

from seg_core.errors import NothingToRead
from seg_core.readers import find_studies
from seg_core.readers.resample import onto
from seg_core.readers.sequence import FLAIR, OTHER, POST, PRE, role_of, sequence_of
from seg_core.study import Study
from tests.readers.made import AXIAL, dicom_bytes, enhanced_bytes


def brightness(left: np.ndarray, back: np.ndarray, head: np.ndarray) -> np.ndarray:
    """Of every place in the patient, millimetres: linear, so that interpolating it is exact."""
    return 5000 + 20 * left + 30 * back + 40 * head


def series(
    folder: Path,
    description: str,
    *,
    shape: tuple[int, int, int] = (5, 12, 10),
    mm: tuple[float, float, float] = (5.0, 1.0, 1.0),
    first: tuple[float, float, float] = (-5.0, -6.0, -10.0),
    factor: int = 1,
    **more: object,
) -> None:
    """Axial slices of the same patient, `factor` times as bright, on a grid of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    count, height, width = shape
    between, down, along = mm
    said = {"StudyInstanceUID": "1.7", "FrameOfReferenceUID": "1.8", **more}
    for k in range(count):
        rows, columns = np.mgrid[:height, :width]
        left, back = first[0] + along * columns, first[1] + down * rows
        values = factor * brightness(left, back, np.float64(first[2] + between * k))
        data = dicom_bytes(
            np.rint(values).astype(np.uint16),
            number=k + 1,
            position=(first[0], first[1], first[2] + between * k),
            orientation=AXIAL,
            series=f"1.9.{sum(map(ord, description))}",
            description=description,
            PixelSpacing=[str(down), str(along)],
            **said,
        )
        (folder / f"IM{k + 1}").write_bytes(data)


def opened(path: Path) -> dict[str, Study]:
    return {source.name: source.open() for source in find_studies(path)}


def visit(folder: Path, **post: object) -> Path:
    """FLAIR, T1 before contrast on finer and wider voxels, T1 after it, and T2."""
    series(folder / "S1", "AX T1", shape=(30, 40, 36), mm=(1.0, 0.5, 0.5), first=(-8, -9, -12))
    series(folder / "S2", "AX T2 FLAIR", factor=2)
    series(folder / "S3", "AX T1 POST", factor=3, **post)
    series(folder / "S4", "AX T2")
    return folder


def test_they_are_one_study_called_after_the_patient_and_others_stay_alone(
    tmp_path: Path,
) -> None:
    visit(tmp_path / "PAT")

    found = opened(tmp_path)

    assert list(found) == ["PAT", "PAT S4 AX T2"]
    study = found["PAT"]
    assert study.channels == ("pre-contrast", "FLAIR", "post-contrast")
    assert study.files == tuple(f"S2 IM{k}" for k in range(1, 6))
    assert study.spacing_mm == (5, 1, 1)
    said = next(note.reason for note in study.notes if note.kind == "channel order")
    assert "pre-contrast: AX T1, FLAIR: AX T2 FLAIR, post-contrast: AX T1 POST" in said


def test_what_lies_at_one_place_in_the_patient_lies_in_one_voxel(tmp_path: Path) -> None:
    study = opened(visit(tmp_path / "PAT"))["PAT"]

    pre, flair, post = np.moveaxis(study.slices.astype(int), -1, 0)
    np.testing.assert_allclose(2 * pre, flair, atol=2)  # interpolated and rounded
    np.testing.assert_array_equal(3 * flair, 2 * post)


def test_flair_is_read_alone_where_another_covers_too_little(tmp_path: Path) -> None:
    series(tmp_path / "CUT" / "A", "T1", shape=(3, 12, 10))
    series(tmp_path / "CUT" / "B", "FLAIR")
    series(tmp_path / "CUT" / "C", "T1 +C")

    cut = opened(tmp_path / "CUT")["CUT"]

    assert cut.channels == ("FLAIR",)
    assert "FLAIR is read alone" in " ".join(note.reason for note in cut.notes)


@pytest.mark.parametrize("first", [(-4.9, -6, -10), (-5, -6.5, -10), (-5, -6, -9.9)])
def test_what_lies_a_little_aside_is_whole_to_the_edge(
    tmp_path: Path, first: tuple[float, float, float]
) -> None:
    series(tmp_path / "PAT" / "S1", "AX T1", first=first)
    series(tmp_path / "PAT" / "S2", "AX FLAIR")
    series(tmp_path / "PAT" / "S3", "AX T1 POST")

    pre, flair, post = np.moveaxis(opened(tmp_path)["PAT"].slices.astype(int), -1, 0)

    np.testing.assert_allclose(pre, flair, atol=31)  # a millimetre is worth 20 to 40
    np.testing.assert_array_equal(post, flair)


def test_a_sagittal_t1_is_put_on_axial_flair(tmp_path: Path) -> None:
    folder = tmp_path / "PAT" / "S1"
    folder.mkdir(parents=True)
    for k in range(16):  # from the patient's right to the left, every millimetre
        rows, columns = np.mgrid[:40, :20]
        values = brightness(np.float64(k - 8.0), columns - 10.0, 15.0 - rows)
        data = dicom_bytes(
            np.rint(values).astype(np.uint16),
            position=(k - 8.0, -10.0, 15.0),
            orientation=(0, 1, 0, 0, 0, -1),
            series="1.3",
            description="SAG MPRAGE",
            PixelSpacing=["1", "1"],
            StudyInstanceUID="1.7",
            FrameOfReferenceUID="1.8",
        )
        (folder / f"IM{k}").write_bytes(data)
    series(tmp_path / "PAT" / "S2", "AX FLAIR")
    series(tmp_path / "PAT" / "S3", "AX T1 POST")

    pre, flair, _ = np.moveaxis(opened(tmp_path)["PAT"].slices.astype(int), -1, 0)

    np.testing.assert_allclose(pre, flair, atol=1)


def test_multi_frame_files_are_put_together_too(tmp_path: Path) -> None:
    agent = Dataset()
    agent.CodeMeaning = "Gadolinium"
    for number, (words, agents) in enumerate((("T1", []), ("FLAIR", []), ("T1", [agent]))):
        frames = np.full((4, 6, 5), 100 * (number + 1), np.uint16)
        data = enhanced_bytes(
            frames,
            [0, 5, 10, 15],
            series=f"1.{number}",
            description=words,
            StudyInstanceUID="1.7",
            FrameOfReferenceUID="1.8",
            ContrastBolusAgentSequence=DicomSequence(agents),
        )
        (tmp_path / f"MR{number}.dcm").write_bytes(data)

    (study,) = opened(tmp_path).values()

    assert study.slices[2, 3, 3].tolist() == [100, 200, 300]


def test_oblique_slices_of_one_grid_stay_as_they_are() -> None:
    values = np.random.default_rng(0).integers(1, 4000, (5, 7, 6), np.uint16)
    turn = np.array([[0.96, 0.28, 0], [-0.28, 0.96, 0], [0, 0, 1]])
    grid = np.column_stack([turn @ np.diag([0.7, 0.8, 5.0]), [-40.3, 17.1, 3.3]])

    found, inside = onto(values, grid, grid.copy(), values.shape)

    np.testing.assert_array_equal(found, values)
    assert inside.all()


def test_a_visit_is_one_patients(tmp_path: Path) -> None:
    for number, description in enumerate(("AX T1", "AX FLAIR", "AX T1 POST")):
        series(tmp_path / f"P{number}", description, PatientID=str(number))

    assert sorted(opened(tmp_path)) == ["P0 AX T1", "P1 AX FLAIR", "P2 AX T1 POST"]


def test_series_without_numbers_of_their_own_are_told_apart_by_their_files(
    tmp_path: Path,
) -> None:
    visit(tmp_path / "PAT", SeriesInstanceUID="")
    for path in (tmp_path / "PAT").rglob("IM*"):
        dataset = dcmread(path)
        dataset.SeriesInstanceUID = ""
        dataset.save_as(path)

    study = opened(tmp_path)["PAT"]

    pre, flair, post = np.moveaxis(study.slices.astype(int), -1, 0)
    np.testing.assert_allclose(2 * pre, flair, atol=2)
    np.testing.assert_array_equal(3 * flair, 2 * post)


def test_without_a_readable_flair_nothing_is_read_in_its_place(tmp_path: Path) -> None:
    visit(tmp_path / "PAT")
    for path in (tmp_path / "PAT" / "S2").iterdir():
        path.write_bytes(path.read_bytes()[:-100])

    with pytest.raises(NothingToRead, match="S2 IM1"):
        next(source for source in find_studies(tmp_path) if source.name == "PAT").open()


def test_a_damaged_file_beside_them_is_named_by_their_study(tmp_path: Path) -> None:
    visit(tmp_path / "PAT")
    (tmp_path / "PAT" / "S2" / "X.dcm").write_bytes(b"junk")

    found = opened(tmp_path)

    assert list(found) == ["PAT", "PAT S4 AX T2"]
    assert [lost.file for lost in found["PAT"].skipped] == ["X.dcm"]


def test_a_patient_who_lay_down_anew_is_not_put_together(tmp_path: Path) -> None:
    found = opened(visit(tmp_path / "PAT", FrameOfReferenceUID="1.99"))

    assert sorted(found) == [
        "PAT S1 AX T1",
        "PAT S2 AX T2 FLAIR",
        "PAT S3 AX T1 POST",
        "PAT S4 AX T2",
    ]


def test_two_series_of_one_kind_leave_it_to_the_reviewer(tmp_path: Path) -> None:
    visit(tmp_path / "PAT")
    series(tmp_path / "PAT" / "S5", "AX T1 POST GD")

    assert "PAT" not in opened(tmp_path)


@pytest.mark.parametrize(
    ("description", "agent", "role"),
    [
        ("AX FLAIR", False, FLAIR),
        ("t2_tirm_tra_dark-fluid", False, FLAIR),
        ("AX T1 FLAIR", False, PRE),
        ("AX T1 SE", False, PRE),
        ("Ax T1 w/o contrast", False, PRE),
        ("Ax T1 w/o contrast", True, None),
        ("AX T1 POST NO FS", False, POST),
        ("AX T1 POST W/O FS", True, POST),
        ("T1 SE NON FS POST GD", False, POST),
        ("AX T1 GD NON-FAT SAT", False, POST),
        ("AX T1 PRE-OP +C", False, POST),
        ("AX T1 SUB POST-PRE", False, None),
        ("t1 native", False, PRE),
        ("AX T1 PRE GD", False, PRE),
        ("t1_mprage_sag_p2_iso", True, POST),
        ("AX T1 +C", False, POST),
        ("AX T1 POST GAD", False, POST),
        ("3D SPGR C+", False, POST),
        ("AX T2 FSE", False, None),
        ("AX T2 POST", True, None),
        ("ep2d_diff_ADC", False, None),
        ("", False, None),
    ],
)
def test_a_description_tells_the_role(description: str, agent: bool, role: str | None) -> None:
    assert role_of(description, contrast=agent) == role


@pytest.mark.parametrize(
    ("words", "sequence"),
    [
        ("case-1_t2f", FLAIR),
        ("AX T1 FLAIR", OTHER),
        ("adc_map", OTHER),
        ("case_7_T2w", OTHER),
        ("ep2d_diff_b1000", OTHER),
        ("grey_7", None),
        ("epilepsy local 3", None),
        ("brain", None),
        ("patient 12", None),
    ],
)
def test_words_tell_the_sequence(words: str, sequence: str | None) -> None:
    assert sequence_of(words) == sequence


def test_they_are_one_study_too_where_each_lies_in_a_folder_of_its_folder(tmp_path: Path) -> None:
    for name, description in (("A", "AX T1"), ("B", "AX T2 FLAIR"), ("C", "AX T1 POST")):
        series(tmp_path / "PAT" / name / "DICOM", description)

    found = opened(tmp_path)

    assert list(found) == ["PAT"]
    assert found["PAT"].channels == ("pre-contrast", "FLAIR", "post-contrast")


def test_a_visit_that_lies_there_twice_is_put_together_in_neither_place(tmp_path: Path) -> None:
    for name, description in (("A", "AX T1"), ("B", "AX T2 FLAIR"), ("C", "AX T1 POST")):
        series(tmp_path / "PAT" / name / "DICOM", description)
        series(tmp_path / "COPY" / name / "DICOM", description, factor=2)

    assert all(study.slices.shape[-1] == 1 for study in opened(tmp_path).values())


def test_echoes_of_a_further_series_part_no_visit(tmp_path: Path) -> None:
    for name, description in (("A", "AX T1"), ("B", "AX T2 FLAIR"), ("C", "AX T1 POST")):
        series(tmp_path / "PAT" / name / "DICOM", description)
    for echo in (20, 100):
        series(tmp_path / "PAT" / "D" / "DICOM" / str(echo), "AX PD T2", EchoTime=str(echo))

    found = opened(tmp_path)

    assert found["PAT"].channels == ("pre-contrast", "FLAIR", "post-contrast")
