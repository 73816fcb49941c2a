import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from seg_core.errors import ArchiveRefused, NothingToRead
from seg_core.readers import find_studies
from tests.readers.made import patient, pixels, png_bytes, tiff_bytes, zip_of


def found(path: Path) -> list[tuple[str, str, int]]:
    return [(s.name, s.kind, len(s.files)) for s in find_studies(path)]


def test_a_patient_folder_is_one_study(tmp_path: Path) -> None:
    assert found(patient(tmp_path / "p")) == [("p", "patient folder", 6)]


def test_a_folder_of_patients_is_a_study_each_in_natural_order(tmp_path: Path) -> None:
    for name in ("p10", "p2", "deeper/q"):
        patient(tmp_path / name, slices=1)
    (tmp_path / "data.csv").write_text("Patient")

    assert [name for name, _, _ in found(tmp_path)] == ["q", "p2", "p10"]


def test_what_segment_wrote_between_the_patients_is_no_study(tmp_path: Path) -> None:
    patient(tmp_path / "p", slices=1)
    result = tmp_path / "readings" / "p"
    patient(result / "masks", slices=1)
    for name in ("summary.json", "triage.csv"):
        (result / name).write_text("{}")

    assert [name for name, _, _ in found(tmp_path)] == ["p"]


def test_one_image_is_a_study_of_one_slice_with_the_mask_beside_it(tmp_path: Path) -> None:
    folder = patient(tmp_path / "p")

    (source,) = find_studies(folder / "p_2.tif")
    study = source.open()

    assert (source.name, source.kind, len(study)) == ("p_2", "image", 1)
    np.testing.assert_array_equal(study.slices[0], pixels(2))
    assert study.truth is not None


def test_an_image_that_is_none_says_so_when_opened(tmp_path: Path) -> None:
    (tmp_path / "notes.tif").write_text("seen on Monday")

    with pytest.raises(NothingToRead, match="found text"):
        find_studies(tmp_path / "notes.tif")[0].open()


def test_loose_images_of_two_series_are_two_studies(tmp_path: Path) -> None:
    for name in ("axial_1", "axial_2", "sagittal_1", "sagittal_2"):
        (tmp_path / f"{name}.png").write_bytes(png_bytes(pixels()))

    assert found(tmp_path) == [("axial", "loose images", 2), ("sagittal", "loose images", 2)]


def test_a_zip_of_patients_opens_as_its_folder_does(tmp_path: Path) -> None:
    patient(tmp_path / "set" / "p")
    patient(tmp_path / "set" / "q")
    path = zip_of(tmp_path / "set", tmp_path / "set.zip")

    zipped, plain = find_studies(path), find_studies(tmp_path / "set")

    assert [(s.name, s.kind) for s in zipped] == [("p", "zip"), ("q", "zip")]
    for one, other in zip(zipped, plain, strict=True):
        np.testing.assert_array_equal(one.open().slices, other.open().slices)
        np.testing.assert_array_equal(one.open().truth, other.open().truth)


def test_a_bad_slice_in_a_zip_is_named_and_the_good_ones_come_through(tmp_path: Path) -> None:
    folder = patient(tmp_path / "p")
    (folder / "p_2.tif").write_bytes(b"")

    study = find_studies(zip_of(folder, tmp_path / "p.zip"))[0].open()

    assert study.files == ("p_1.tif", "p_3.tif")
    assert [(lost.file, "empty file" in lost.reason) for lost in study.skipped] == [
        ("p_2.tif", True)
    ]


def test_a_zip_called_image_is_still_a_zip(tmp_path: Path) -> None:
    zip_of(patient(tmp_path / "p"), tmp_path / "p.tif")

    assert found(tmp_path / "p.tif") == [("p", "zip", 6)]


def test_text_called_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("no zip")

    with pytest.raises(ArchiveRefused, match=r"^a\.zip: expected a whole zip"):
        find_studies(tmp_path / "a.zip")


def test_kaggles_second_copy_of_every_patient_is_left_out(tmp_path: Path) -> None:
    patient(tmp_path / "kaggle_3m" / "p")
    shutil.copytree(tmp_path / "kaggle_3m", tmp_path / "lgg" / "kaggle_3m")

    assert [name for name, _, _ in found(tmp_path)] == ["p"]


def test_folders_of_one_name_with_other_pixels_are_both_kept(tmp_path: Path) -> None:
    for number, name in enumerate(("a", "b")):
        (tmp_path / name / "axial").mkdir(parents=True)
        image = tiff_bytes(pixels(number))
        (tmp_path / name / "axial" / "1.tif").write_bytes(image)

    assert [name for name, _, _ in found(tmp_path)] == ["a axial", "b axial"]


def test_hidden_and_unfinished_folders_are_passed_by(tmp_path: Path) -> None:
    patient(tmp_path / "p")
    patient(tmp_path / ".q.part")
    patient(tmp_path / "__MACOSX")

    assert [name for name, _, _ in found(tmp_path)] == ["p"]


def test_an_empty_folder_is_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(NothingToRead, match="found no image in it or its folders"):
        find_studies(tmp_path)


def test_a_path_that_is_not_there_is_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(NothingToRead, match="found No such file or directory"):
        find_studies(tmp_path / "gone")


def test_a_link_out_of_the_folder_is_named_and_not_read(tmp_path: Path) -> None:
    folder = patient(tmp_path / "p")
    secret = tmp_path / "secret.tif"
    secret.write_bytes(tiff_bytes(pixels(99)))
    (folder / "p_4.tif").symlink_to(secret)

    study = find_studies(folder)[0].open()

    assert study.files == ("p_1.tif", "p_2.tif", "p_3.tif")
    assert [lost.file for lost in study.skipped] == ["p_4.tif"]
    assert "found a link that leads out of it" in study.skipped[0].reason


def test_a_linked_folder_is_not_entered_and_says_so_when_opened(tmp_path: Path) -> None:
    patient(tmp_path / "elsewhere" / "q")
    patient(tmp_path / "data" / "p")
    (tmp_path / "data" / "q").symlink_to(tmp_path / "elsewhere" / "q")

    good, linked = find_studies(tmp_path / "data")

    assert len(good.open()) == 3
    with pytest.raises(NothingToRead, match=r"^q: .* found a link that leads out of it"):
        linked.open()


def test_a_folder_that_may_not_be_entered_says_so_when_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient(tmp_path / "p")
    patient(tmp_path / "q")
    scandir = os.scandir

    def forbidding(folder: str) -> object:  # the tests may run as root, whom no mode stops
        if str(folder).endswith("q"):
            raise PermissionError(13, "Permission denied", str(folder))
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", forbidding)
    good, closed = find_studies(tmp_path)

    assert len(good.open()) == 3
    with pytest.raises(NothingToRead, match=r"^q: .* found Permission denied"):
        closed.open()


def test_the_same_slices_with_other_outlines_are_another_study(tmp_path: Path) -> None:
    for rater in ("a", "b"):
        patient(tmp_path / rater / "p", slices=20)
    mask = tmp_path / "b" / "p" / "p_8_mask.tif"
    mask.write_bytes(tiff_bytes(255 - np.zeros((16, 16), np.uint8)))

    assert len(mask.read_bytes()) == (tmp_path / "a" / "p" / "p_8_mask.tif").stat().st_size
    assert [name for name, _, _ in found(tmp_path)] == ["a p", "b p"]


def test_folders_too_deep_to_look_into_are_named(tmp_path: Path) -> None:
    patient(tmp_path / "p", slices=1)
    patient(tmp_path / "1/2/3/4/5/6/7", slices=1)

    deep = next(source for source in find_studies(tmp_path) if source.name == "6")

    assert "at most 6 folders deep" in deep.skipped[0].reason


def test_file_names_that_are_no_text_are_shown_and_can_be_stored(tmp_path: Path) -> None:
    for number in (1, 2):
        name = os.fsdecode(b"sch\xe4del_%d.png" % number)  # Latin-1, as an old server leaves it
        (tmp_path / name).write_bytes(png_bytes(pixels(number)))

    study = find_studies(tmp_path)[0].open()

    assert study.files == ("sch_del_1.png", "sch_del_2.png")
    assert (study.name + study.source).encode()


def test_what_segment_wrote_is_no_study_in_a_zip_either(tmp_path: Path) -> None:
    folder = patient(tmp_path / "set" / "p", slices=1).parent
    patient(folder / "readings" / "p" / "masks", slices=1)
    for name in ("summary.json", "triage.csv"):
        (folder / "readings" / "p" / name).write_text("{}")

    assert [name for name, _, _ in found(zip_of(folder, tmp_path / "set.zip"))] == ["p"]


def test_a_link_in_a_circle_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    folder = patient(tmp_path / "p")
    (folder / "p_4.tif").symlink_to(folder / "p_4.tif")

    study = find_studies(folder)[0].open()

    assert study.files == ("p_1.tif", "p_2.tif", "p_3.tif")
    assert [lost.file for lost in study.skipped] == ["p_4.tif"]
