from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from seg_core.errors import InputError
from seg_core.inference import write_reading
from seg_core.inference.results_folder import find_results, take_results
from seg_core.settings import Settings
from seg_core.store import StudyShelf
from seg_core.study import Reading, Study
from tests.pages.shelved import make_reading, make_study

STUDY = make_study("TCGA_A", slices=9)
READING = make_reading({6: 0.99, 7: 0.985}, slices=9)


def write(out: Path) -> Path:
    """What `segment` writes of the study; its folder."""
    write_reading(STUDY, READING, out, READING.pixel_threshold, READING.confidence_threshold)
    return out / "TCGA_A"


def taken(home: Path, folder: Path, study: Study = STUDY) -> Reading:
    """What lies on a new shelf with that study after the results in `folder` were taken."""
    shelf = StudyShelf(Settings(home=home))
    shelf.add(study)
    row = take_results(shelf, folder)
    return shelf.reading_of(shelf.reading_row(row.id))


def test_a_reading_comes_back_from_what_segment_wrote(tmp_path: Path) -> None:
    back = taken(tmp_path / "home", write(tmp_path))

    assert (back.model_name, back.model_version, back.model_sha256) == ("paper-unet", "1", "0" * 64)
    assert back.engine == READING.engine
    assert back.calibrated
    np.testing.assert_allclose(back.probability, READING.probability, atol=1 / 65535)
    np.testing.assert_allclose(back.confidence, READING.confidence, atol=1e-6)
    np.testing.assert_array_equal(back.mask(), READING.mask())


def test_what_was_flagged_is_flagged_again_however_near_the_threshold(tmp_path: Path) -> None:
    near = np.full(9, 0.98, np.float32)
    near[::2] = np.nextafter(np.float32(0.98), np.float32(0))  # printed as 0.980000 all the same
    write_reading(STUDY, replace(READING, confidence=near), tmp_path, 0.5, 0.98)

    back = taken(tmp_path / "home", tmp_path / "TCGA_A")

    assert (back.confidence >= np.float32(0.98)).tolist() == [False, True] * 4 + [False]


def test_results_are_taken_beside_their_study_and_only_once(tmp_path: Path) -> None:
    shelf = StudyShelf(Settings(home=tmp_path / "home"))
    study_id, folder = shelf.add(STUDY), write(tmp_path)

    assert take_results(shelf, folder).id == study_id
    first = shelf.reading_row(study_id)
    take_results(shelf, folder)

    assert first is not None
    again = shelf.reading_row(study_id)
    assert again is not None
    assert again.seq == first.seq
    assert again.flags.tolist().count(True) == 2


def test_the_same_readings_own_results_are_not_taken_again_and_other_thresholds_are(
    tmp_path: Path,
) -> None:
    shelf = StudyShelf(Settings(home=tmp_path / "home"))
    study_id = shelf.add(STUDY)
    kept = replace(READING, confidence=(READING.confidence + np.float32(2e-7)).clip(0, 1))
    shelf.save_reading(study_id, kept)
    first = shelf.reading_row(study_id)
    assert first is not None
    write_reading(STUDY, kept, tmp_path, READING.pixel_threshold, READING.confidence_threshold)
    take_results(shelf, tmp_path / "TCGA_A")
    assert shelf.reading_row(study_id).seq == first.seq  # six decimals of it are the same

    write_reading(STUDY, kept, tmp_path / "other", 0.3, 0.9)
    take_results(shelf, tmp_path / "other" / "TCGA_A")

    now = shelf.reading_row(study_id)
    assert (now.pixel_threshold, now.confidence_threshold) == (0.3, 0.9)


def test_results_of_a_study_that_is_not_here_say_what_to_do(tmp_path: Path) -> None:
    shelf = StudyShelf(Settings(home=tmp_path / "home"))

    with pytest.raises(InputError, match=r"TCGA_A, 9 slices.*Open the study's slices first"):
        take_results(shelf, write(tmp_path))


def test_results_go_to_the_study_of_the_same_pixels_not_to_a_newer_one_of_its_name(
    tmp_path: Path,
) -> None:
    shelf = StudyShelf(Settings(home=tmp_path / "home"))
    own = shelf.add(STUDY)
    shelf.add(replace(STUDY, slices=STUDY.slices[::-1].copy()))
    shelf.add(replace(STUDY, files=tuple(f"b_{i}.tif" for i in range(9))))

    assert take_results(shelf, write(tmp_path)).id == own


def test_results_of_another_patient_with_the_same_names_are_refused(tmp_path: Path) -> None:
    other = replace(STUDY, slices=STUDY.slices[::-1].copy())

    with pytest.raises(InputError, match="no such study on the shelf"):
        taken(tmp_path / "home", write(tmp_path), other)


def test_older_results_that_fit_two_studies_go_to_neither(tmp_path: Path) -> None:
    shelf = StudyShelf(Settings(home=tmp_path / "home"))
    shelf.add(STUDY)
    shelf.add(replace(STUDY, slices=STUDY.slices[::-1].copy()))
    folder = write(tmp_path)
    said = json.loads((folder / "summary.json").read_text())
    del said["pixels"]
    (folder / "summary.json").write_text(json.dumps(said))

    with pytest.raises(InputError, match="found 2 that may be meant"):
        take_results(shelf, folder)


def test_many_studies_with_longer_names_do_not_hide_the_one_meant(tmp_path: Path) -> None:
    shelf = StudyShelf(Settings(home=tmp_path / "home"))
    own = shelf.add(STUDY)
    for number in range(60):
        shelf.add(make_study(f"TCGA_A{number}", slices=1))

    assert take_results(shelf, write(tmp_path)).id == own


def test_a_table_whose_last_row_was_cut_is_refused(tmp_path: Path) -> None:
    table = write(tmp_path) / "triage.csv"
    lines = table.read_text().splitlines()
    table.write_text("\n".join([*lines[:-1], ",".join(lines[-1].split(",")[:2])]) + "\n")

    with pytest.raises(InputError, match="a confidence a slice"):
        taken(tmp_path / "home", table.parent)


def test_results_of_other_files_are_refused(tmp_path: Path) -> None:
    other = replace(STUDY, files=tuple(f"b_{i}.tif" for i in range(9)))

    with pytest.raises(InputError, match="no such study on the shelf"):
        taken(tmp_path / "home", write(tmp_path), other)


def test_a_damaged_picture_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path)
    picture = folder / "probability" / "TCGA_A_4_probability.tif"
    picture.write_bytes(picture.read_bytes()[:60])

    with pytest.raises(InputError, match=r"TCGA_A_4_probability\.tif"):
        taken(tmp_path / "home", folder)


@pytest.mark.parametrize("said", ["{", "[]", json.dumps({"study": 3})])
def test_what_is_no_summary_is_refused(tmp_path: Path, said: str) -> None:
    folder = write(tmp_path)
    (folder / "summary.json").write_text(said)

    with pytest.raises(InputError, match=r"expected a summary as `segment` writes it"):
        taken(tmp_path / "home", folder)


def test_folders_of_results_are_found_one_level_down_and_hidden_ones_are_not(
    tmp_path: Path,
) -> None:
    folder = write(tmp_path)
    (tmp_path / ".TCGA_B.part").mkdir()
    (tmp_path / ".TCGA_B.part" / "summary.json").write_text("{}")

    assert find_results(tmp_path) == [folder]
    assert find_results(folder) == [folder]
    assert find_results(tmp_path / "nothing") == []
