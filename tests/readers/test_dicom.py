"""DICOM series as studies: order by place, spacing, sides, values, and what is refused."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seg_core.errors import NothingToRead
from seg_core.readers import find_studies
from seg_core.readers.upload import sources_from_upload
from seg_core.study import Study
from tests.readers.made import dicom_bytes, dicom_series, enhanced_bytes, pixels, zip_of


def opened(path: Path) -> Study:
    (source,) = find_studies(path)
    return source.open()


def test_slices_lie_from_the_feet_up_whatever_their_numbers(tmp_path: Path) -> None:
    made = dicom_series(tmp_path / "p")

    study = opened(tmp_path / "p")

    assert study.name == "p AX FLAIR"
    assert study.files == ("IM1", "IM2", "IM3", "IM4")
    np.testing.assert_array_equal(study.slices[..., 0], made)


def test_spacing_comes_from_places_and_sides_from_directions(tmp_path: Path) -> None:
    dicom_series(tmp_path / "p", step=6.5)

    study = opened(tmp_path / "p")

    assert study.spacing_mm == (6.5, 0.5, 0.75)
    assert study.edges == ("R", "A", "L", "P")
    assert study.channels == ("FLAIR",)
    assert [note.kind for note in study.notes] == ["dark", "pixels"]


def test_nothing_of_whose_they_are_reaches_the_study(tmp_path: Path) -> None:
    dicom_series(tmp_path / "p")

    study = opened(tmp_path / "p")

    said = f"{study.name} {study.files} {study.notes} {study.skipped} {study.channels}"
    assert "Secret" not in said
    assert "4711" not in said


def test_series_of_one_folder_are_told_apart(tmp_path: Path) -> None:
    dicom_series(tmp_path / "p", series="1.1", description="T2")
    for k in range(3):
        data = dicom_bytes(pixels(k, 8, 1)[..., 0], position=(0, 0, k), series="1.2")
        (tmp_path / "p" / f"MR{k}.dcm").write_bytes(data)

    found = {source.name: len(source.files) for source in find_studies(tmp_path)}

    assert found == {"p AX FLAIR": 3, "p T2": 4}


def test_series_of_one_visit_in_folders_side_by_side_are_called_after_the_patient(
    tmp_path: Path,
) -> None:
    for folder, description in (("S1", "AX FLAIR"), ("S2", "AX T1")):
        dicom_series(
            tmp_path / "PAT" / folder,
            series=f"1.{folder[1]}",
            description=description,
            StudyInstanceUID="7",
        )
    dicom_series(tmp_path / "OTHER", StudyInstanceUID="8")

    names = [source.name for source in find_studies(tmp_path)]
    alone = [source.name for source in find_studies(tmp_path / "PAT")]

    assert names == ["OTHER AX FLAIR", "PAT S1 AX FLAIR", "PAT S2 AX T1"]
    assert alone == ["PAT S1 AX FLAIR", "PAT S2 AX T1"]


def test_echoes_of_a_series_are_studies_of_their_own(tmp_path: Path) -> None:
    for echo in ("20", "80"):
        dicom_series(tmp_path / "p" / echo, slices=2, EchoTime=echo)
    folder = tmp_path / "together"
    folder.mkdir()
    for path in (tmp_path / "p").rglob("IM*"):
        path.rename(folder / f"{path.parent.name}{path.name}")

    names = [source.name for source in find_studies(folder)]

    assert names == ["together AX FLAIR TE 20", "together AX FLAIR TE 80"]


def test_files_of_other_kinds_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    dicom_series(tmp_path / "p")
    (tmp_path / "p" / "README").write_text("not an image")
    (tmp_path / "p" / "1.2.840.5").write_bytes(b"\0" * 200)

    study = opened(tmp_path / "p")

    assert len(study) == 4
    assert not study.skipped


def test_what_is_called_dicom_and_is_none_is_named(tmp_path: Path) -> None:
    dicom_series(tmp_path / "p")
    (tmp_path / "p" / "cut.dcm").write_bytes(dicom_bytes(pixels(0, 8, 1)[..., 0])[:100])
    (tmp_path / "q").mkdir()
    (tmp_path / "q" / "empty.dcm").write_bytes(b"")

    whole, empty = find_studies(tmp_path)

    assert [lost.file for lost in whole.open().skipped] == ["cut.dcm"]
    with pytest.raises(NothingToRead, match="expected a DICOM image"):
        empty.open()


@pytest.mark.parametrize(
    "name", ["MR.1.2.840.113.7", "image.0001", "i12.MRDC.4", "scan.MR", "a.IMA"]
)
def test_names_that_scanners_give_are_looked_into(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(dicom_bytes(pixels(0, 8, 1)[..., 0]))

    assert opened(tmp_path).files == (name,)


def test_a_file_from_before_there_were_preambles_is_read(tmp_path: Path) -> None:
    image = pixels(0, 8, 1, "uint16")[..., 0]
    data = dicom_bytes(image)
    meta = len(data) - len(data[132:].split(b"\x08\x00\x16\x00", 1)[1]) - 4
    (tmp_path / "old.dcm").write_bytes(data[meta:])

    np.testing.assert_array_equal(opened(tmp_path).slices[0, ..., 0], image)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    dicom_series(tmp_path / "p")
    os.mkfifo(tmp_path / "p" / "IM0")

    assert len(opened(tmp_path / "p")) == 4


def test_strokes_in_a_description_are_no_folders(tmp_path: Path) -> None:
    dicom_series(tmp_path / "p", description="AX T2/FLAIR W/ FS")

    assert [source.name for source in find_studies(tmp_path)] == ["p AX T2 FLAIR W FS"]


def test_an_echo_time_that_wavers_does_not_part_a_series(tmp_path: Path) -> None:
    for k in range(4):
        data = dicom_bytes(
            pixels(k, 8, 1)[..., 0], position=(0, 0, 5.0 * k), EchoTime=f"119.5{k % 2}"
        )
        (tmp_path / f"{k}.dcm").write_bytes(data)

    assert len(opened(tmp_path)) == 4


@pytest.mark.parametrize(
    "more",
    [
        {"PixelSpacing": ["0", "0"]},
        {"PixelSpacing": ["-1", "-1"]},
        {"PixelSpacing": ["1e300", "1"]},
        {"SliceThickness": "NaN", "position": None},
        {"SpacingBetweenSlices": "-5", "SliceThickness": "-3", "position": None},
    ],
)
def test_a_spacing_that_is_none_counts_as_unknown(tmp_path: Path, more: dict[str, Any]) -> None:
    (tmp_path / "a.dcm").write_bytes(dicom_bytes(pixels(0, 8, 1)[..., 0], **more))

    study = opened(tmp_path)

    assert study.spacing_mm is None
    assert study.grid is None


@pytest.mark.parametrize(
    ("places", "kind"),
    [((0, 5, 10, 20, 25), "missing slices"), ((0, 5, 10, 17, 24), "uneven")],
)
def test_uneven_steps_are_said_and_no_grid_is_claimed_for_all(
    tmp_path: Path, places: tuple[float, ...], kind: str
) -> None:
    for k, place in enumerate(places):
        (tmp_path / f"{k}.dcm").write_bytes(
            dicom_bytes(pixels(k, 8, 1)[..., 0], position=(0, 0, place))
        )

    study = opened(tmp_path)

    assert kind in {note.kind for note in study.notes}
    assert not study.evenly
    assert study.edges == ("R", "A", "L", "P")
    assert study.voxel_ml == pytest.approx(np.median(np.diff(places)) * 0.5 * 0.75 / 1000)


def test_slices_beside_one_another_are_said(tmp_path: Path) -> None:
    for k in range(5):
        data = dicom_bytes(pixels(k, 8, 1)[..., 0], position=(8.0 * (k % 2), 0, 5.0 * k))
        (tmp_path / f"{k}.dcm").write_bytes(data)

    study = opened(tmp_path)

    assert "uneven" in {note.kind for note in study.notes}
    assert not study.evenly


def test_slanted_slices_are_shown_as_they_were_taken(tmp_path: Path) -> None:
    for k in range(5):
        data = dicom_bytes(
            pixels(k, 8, 1)[..., 0],
            position=(1.0 * k, 3.0 * k, 0),
            orientation=(0, 1, 0, 0, 0, -1),
            PixelSpacing=["1", "1"],
        )
        (tmp_path / f"{k}.dcm").write_bytes(data)

    assert opened(tmp_path).slices.shape == (5, 8, 8, 1)


def test_high_values_of_monochrome1_are_black_however_far_they_reach(tmp_path: Path) -> None:
    image = np.array([[-20000, 20000], [0, 30000]], np.int16)
    (tmp_path / "a.dcm").write_bytes(dicom_bytes(image, PhotometricInterpretation="MONOCHROME1"))

    assert opened(tmp_path).slices[0, ..., 0].tolist() == [[50000, 10000], [30000, 0]]


def test_a_localizer_gives_the_plane_that_has_most_slices(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    dicom_series(folder)
    coronal = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
    (folder / "IM9").write_bytes(dicom_bytes(pixels(9, 8, 1)[..., 0], orientation=coronal))

    study = opened(folder)

    assert len(study) == 4
    assert [lost.file for lost in study.skipped] == ["IM9"]
    assert "parallel" in study.skipped[0].reason


def test_a_second_slice_of_one_place_is_named(tmp_path: Path) -> None:
    dicom_series(tmp_path / "p")
    again = dicom_bytes(pixels(9, 8, 1, "uint16")[:6, :, 0], number=9, position=(0, 0, 5.0))
    (tmp_path / "p" / "IM9").write_bytes(again)

    study = opened(tmp_path / "p")

    assert [lost.file for lost in study.skipped] == ["IM9"]


def test_a_gap_between_places_is_said(tmp_path: Path) -> None:
    dicom_series(tmp_path / "p", slices=6)
    (tmp_path / "p" / "IM4").unlink()

    study = opened(tmp_path / "p")

    (reason,) = (note.reason for note in study.notes if note.kind == "missing slices")
    assert "after slice 3" in reason


def test_sagittal_slices_and_other_sequences_are_said(tmp_path: Path) -> None:
    sagittal = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
    for k in range(3):
        data = dicom_bytes(
            pixels(k, 8, 1)[..., 0],
            position=(5.0 * k, 0, 0),
            orientation=sagittal,
            description="SAG T1 POST",
        )
        (tmp_path / f"{k}.dcm").write_bytes(data)

    study = opened(tmp_path)

    assert study.edges == ("A", "S", "P", "I")
    assert {note.kind for note in study.notes} >= {"plane", "sequence"}
    assert study.channels == ("grey",)


def test_a_sagittal_series_of_short_voxels_is_shown_in_axial_planes(tmp_path: Path) -> None:
    sagittal = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)  # the face on the left, the head above
    taken = np.stack([pixels(k, 8, 1, "uint16")[:6, :, 0] for k in range(5)])
    for k, image in enumerate(taken):  # from the patient's right to the left
        data = dicom_bytes(
            image,
            position=(k - 2.0, -4.0, 3.0),
            orientation=sagittal,
            PixelSpacing=["1", "1"],
        )
        (tmp_path / f"{k}.dcm").write_bytes(data)

    study = opened(tmp_path)

    assert study.edges == ("R", "A", "L", "P")
    assert study.slices.shape == (6, 8, 5, 1)
    assert study.slices[0, 0, 0, 0] == taken[0, -1, 0]  # feet, front, right
    assert study.slices[-1, -1, -1, 0] == taken[-1, 0, -1]  # head, back, left
    assert "cut anew" in {note.kind for note in study.notes}
    assert "plane" not in {note.kind for note in study.notes}


def test_each_slice_has_its_own_rescale(tmp_path: Path) -> None:
    image = np.full((6, 8), 100, np.uint16)
    for k, slope in enumerate((1, 2)):
        data = dicom_bytes(image, position=(0, 0, 5.0 * k), RescaleSlope=slope, RescaleIntercept=0)
        (tmp_path / f"{k}.dcm").write_bytes(data)

    study = opened(tmp_path)

    assert study.slices[:, 0, 0, 0].tolist() == [100, 200]


def test_monochrome1_is_turned_and_padding_is_black(tmp_path: Path) -> None:
    image = np.array([[0, 10], [-2000, 30]], np.int16)
    data = dicom_bytes(image, PixelPaddingValue=-2000)
    (tmp_path / "a.dcm").write_bytes(data)
    turned = dicom_bytes(np.array([[0, 10], [20, 30]], np.int16))
    (tmp_path / "b.dcm").write_bytes(turned.replace(b"MONOCHROME2 ", b"MONOCHROME1 "))

    padded, negative = (find_studies(tmp_path / name)[0].open() for name in ("a.dcm", "b.dcm"))

    assert padded.slices[0, ..., 0].tolist() == [[0, 10], [0, 30]]
    assert negative.slices[0, ..., 0].tolist() == [[30, 20], [10, 0]]


def test_an_enhanced_file_is_a_slice_a_frame(tmp_path: Path) -> None:
    frames = np.stack([pixels(k, 8, 1, "uint16")[..., 0] for k in range(3)])
    (tmp_path / "MR1.dcm").write_bytes(enhanced_bytes(frames, [10, 6, 2]))

    study = opened(tmp_path)

    np.testing.assert_array_equal(study.slices[..., 0], frames[::-1])
    assert study.files == ("MR1_003.dcm", "MR1_002.dcm", "MR1_001.dcm")
    assert study.spacing_mm == (4, 1, 2)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"Modality": "CT"}, "found a file of modality CT"),
        ({"Rows": 30000}, "at most 4,096 pixels a side"),
        ({"Rows": 4000}, "expected a whole DICOM image"),
        ({"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB"}, "expected grey pixels"),
        ({"PhotometricInterpretation": "PALETTE COLOR"}, "expected grey pixels"),
        ({"BitsAllocated": 1}, "expected 8, 16 or 32 bits"),
        ({"NumberOfFrames": 2**31 - 1}, "a header with more"),
        ({"Modality": "X\x1b[31m" * 9}, r"found a file of modality X \[31mX \[31mX \[3\."),
        ({"syntax": "1.2.840.10008.1.2.1.99"}, "expected a DICOM image"),
    ],
)
def test_what_is_no_mr_slice_is_refused_with_its_reason(
    tmp_path: Path, more: dict[str, object], words: str
) -> None:
    (tmp_path / "a.dcm").write_bytes(dicom_bytes(pixels(0, 8, 1)[..., 0], **more))

    with pytest.raises(NothingToRead, match=words):
        opened(tmp_path)


def test_without_places_slices_go_by_number_and_claim_no_side(tmp_path: Path) -> None:
    for number in (2, 1):
        data = dicom_bytes(
            np.full((6, 8), number, np.uint16), number=number, position=None, orientation=None
        )
        (tmp_path / f"IM{9 - number}").write_bytes(data)

    study = opened(tmp_path)

    assert study.slices[:, 0, 0, 0].tolist() == [1, 2]
    assert study.edges is None
    assert study.spacing_mm == (5, 0.5, 0.75)
    assert [note.kind for note in study.notes][-1] == "sides"


def test_a_zip_and_an_upload_give_the_study_of_the_folder(tmp_path: Path) -> None:
    made = dicom_series(tmp_path / "p")
    packed = zip_of(tmp_path / "p", tmp_path / "p.zip")
    files = [(path.name, path.read_bytes()) for path in sorted((tmp_path / "p").iterdir())]

    (uploaded,), refused = sources_from_upload(files, tmp_path / "staging")

    np.testing.assert_array_equal(opened(packed).slices[..., 0], made)
    np.testing.assert_array_equal(uploaded.open().slices[..., 0], made)
    assert not refused


def test_a_slice_without_a_place_is_named_and_does_not_disturb_the_others(tmp_path: Path) -> None:
    made = dicom_series(tmp_path, 6, step=6.5)
    nowhere = dicom_bytes(made[2], number=9, position=None)
    (tmp_path / "IM3").write_bytes(nowhere)

    study = opened(tmp_path)

    np.testing.assert_array_equal(study.slices[..., 0], np.delete(made, 2, axis=0))
    assert [one.file for one in study.skipped] == ["IM3"]
    assert "its place in the patient" in study.skipped[0].reason
    assert [note.kind for note in study.notes if note.kind == "missing slices"]


def test_where_half_state_no_place_no_grid_is_claimed(tmp_path: Path) -> None:
    for k in range(4):
        place = (0.0, 0.0, 5.0 * k) if k % 2 == 0 else None
        image = np.full((6, 8), k, np.uint16)
        (tmp_path / f"IM{k}").write_bytes(dicom_bytes(image, number=k, position=place))

    study = opened(tmp_path)

    assert study.slices[:, 0, 0, 0].tolist() == [0, 1, 2, 3]
    assert study.grid is None


def test_a_slice_of_other_pixel_spacing_is_named(tmp_path: Path) -> None:
    made = dicom_series(tmp_path, 5)
    finer = dicom_bytes(
        made[4], number=1, position=(0.0, 0.0, 20.0), PixelSpacing=["0.25", "0.375"]
    )
    (tmp_path / "IM5").write_bytes(finer)

    study = opened(tmp_path)

    assert len(study) == 4
    assert study.spacing_mm == (5, 0.5, 0.75)
    assert "0.5 x 0.75 mm apart" in study.skipped[0].reason


def test_a_series_that_goes_on_in_another_folder_is_one_study(tmp_path: Path) -> None:
    made = dicom_series(tmp_path / "p" / "A", 6, StudyInstanceUID="1.7")
    (tmp_path / "p" / "B").mkdir()
    for k in (4, 5, 6):
        (tmp_path / "p" / "A" / f"IM{k}").rename(tmp_path / "p" / "B" / f"IM{k}")

    (source,) = find_studies(tmp_path)

    assert source.name == "p AX FLAIR"
    np.testing.assert_array_equal(source.open().slices[..., 0], made)


def test_a_copy_of_a_series_in_another_folder_is_a_study_of_its_own(tmp_path: Path) -> None:
    dicom_series(tmp_path / "p" / "A", StudyInstanceUID="1.7")
    shutil.copytree(tmp_path / "p" / "A", tmp_path / "p" / "B")
    (tmp_path / "p" / "B" / "IM1").unlink()  # else it is known for a copy

    assert [len(one.open()) for one in find_studies(tmp_path)] == [4, 3]


def test_values_that_do_not_lie_in_the_lowest_bits_are_refused(tmp_path: Path) -> None:
    image = np.arange(48, dtype=np.uint16).reshape(6, 8) << 4
    (tmp_path / "IM1").write_bytes(dicom_bytes(image, BitsStored=12, HighBit=15))

    with pytest.raises(NothingToRead, match="lowest bits"):
        opened(tmp_path)
