import dataclasses
from pathlib import Path

import numpy as np
import pytest

from seg_core.errors import StoreError
from seg_core.settings import Settings
from seg_core.store import StudyShelf
from seg_core.study import EngineInfo, Reading, Study


def _study(name: str = "a", slices: int = 4) -> Study:
    files = tuple(f"{name}_{i}.tif" for i in range(1, slices + 1))
    return Study(name, "here", files, np.full((slices, 8, 6, 3), ord(name[0]), np.uint8))


def _reading(confidence: list[float], version: str = "1", name: str = "net") -> Reading:
    n = len(confidence)
    return Reading(
        model_name=name,
        model_version=version,
        model_sha256="0" * 64,
        engine=EngineInfo("fake", "f32", "CPU"),
        probability=np.full((n, 8, 6), 0.25, np.float32),
        confidence=np.array(confidence, np.float32),
        calibrated=True,
        pixel_threshold=0.5,
        confidence_threshold=0.98,
        seconds={"infer": 1.5},
    )


@pytest.fixture
def shelf(tmp_path: Path) -> StudyShelf:
    return StudyShelf(Settings(home=tmp_path))


def test_a_study_added_twice_is_kept_once(shelf: StudyShelf, tmp_path: Path) -> None:
    first, second = shelf.add(_study()), shelf.add(_study())

    assert first == second
    assert shelf.count() == 1
    assert [p.name for p in (tmp_path / "studies").iterdir()] == [first]
    np.testing.assert_array_equal(shelf.open(first).slices, _study().slices)


def test_damaged_files_are_mended_by_adding_the_study_and_the_reading_again(
    shelf: StudyShelf, tmp_path: Path
) -> None:
    study_id, reading = shelf.add(_study()), _reading([0.5] * 4)
    shelf.save_reading(study_id, reading)
    folder = tmp_path / "studies" / study_id
    for file in folder.glob("*.npz"):
        file.write_bytes(file.read_bytes()[:50])

    shelf.add(_study())
    shelf.save_reading(study_id, reading)

    np.testing.assert_array_equal(shelf.open(study_id).slices, _study().slices)
    back = shelf.reading_of(shelf.reading_row(study_id))
    np.testing.assert_allclose(back.probability, reading.probability, atol=1e-4)


def test_recent_studies_come_newest_first_and_no_more_than_asked(shelf: StudyShelf) -> None:
    for name in "abc":
        shelf.add(_study(name))

    assert [row.name for row in shelf.recent(2)] == ["c", "b"]


def test_a_study_is_found_by_a_part_of_its_name(shelf: StudyShelf) -> None:
    for name in ("TCGA_DU_1", "TCGA_HT_2", "T%_3"):
        shelf.add(_study(name))

    assert [row.name for row in shelf.recent(9, "_ht_")] == ["TCGA_HT_2"]
    assert [row.name for row in shelf.recent(9, "%")] == ["T%_3"]
    assert shelf.recent(9, "zz") == []


def test_a_raw_score_flags_nothing(shelf: StudyShelf) -> None:
    study_id = shelf.add(_study())
    raw = dataclasses.replace(_reading([0.99] * 4), calibrated=False)
    shelf.save_reading(study_id, raw)

    row = shelf.reading_row(study_id)

    assert row is not None
    assert not row.flags.any()


def test_a_study_that_nothing_has_read_has_no_confidence(shelf: StudyShelf) -> None:
    row = shelf.row(shelf.add(_study()))

    assert row is not None
    assert row.reading is None
    assert row.highest_confidence is None


def test_a_study_shows_its_newest_reading(shelf: StudyShelf) -> None:
    study_id = shelf.add(_study())
    shelf.save_reading(study_id, _reading([0.1, 0.2, 0.3, 0.4], "1"))
    shelf.save_reading(study_id, _reading([0.1, 0.98, 0.99, 0.4], "2"))

    (row,) = shelf.recent(5)

    assert row.reading is not None
    assert row.reading.model == "net/2"
    assert row.highest_confidence == pytest.approx(0.99)
    assert row.reading.flags.tolist() == [False, True, True, False]


def test_earlier_readings_stay_and_are_found_by_model_and_version(shelf: StudyShelf) -> None:
    study_id = shelf.add(_study())
    shelf.save_reading(study_id, _reading([0.1] * 4, "1"))
    shelf.save_reading(study_id, _reading([0.2] * 4, "2"))
    shelf.save_reading(study_id, _reading([0.3] * 4, "1", "other"))

    def confidence(name: str | None = None, version: str | None = None) -> float | None:
        found = shelf.reading_row(study_id, name, version)
        return None if found is None else round(float(found.confidence[0]), 3)

    assert confidence() == 0.3
    assert confidence("net") == 0.2
    assert confidence("net", "1") == 0.1
    assert confidence("net", "3") is None


def test_a_reading_on_trial_is_had_by_its_models_name_alone(shelf: StudyShelf) -> None:
    study_id, other = shelf.add(_study()), shelf.add(_study(name="TRIED"))
    shelf.save_reading(study_id, _reading([0.1] * 4, "1"))
    for one in (study_id, other):
        shelf.save_reading(one, _reading([0.3] * 4, "1", "tried"), on_trial=True)

    def model(one: str, name: str | None = None) -> str | None:
        row = shelf.reading_row(one, name)
        return row and row.model

    assert (model(study_id), model(study_id, "tried")) == ("net/1", "tried/1")
    assert (model(other), model(other, "tried")) == (None, "tried/1")
    assert [row.reading and row.reading.model for row in shelf.recent(5)] == [None, "net/1"]


def test_a_reading_comes_back_whole(shelf: StudyShelf) -> None:
    study_id = shelf.add(_study())
    shelf.save_reading(study_id, _reading([0.1, 0.2, 0.3, 0.4]))

    reading = shelf.reading_of(shelf.reading_row(study_id))

    assert reading.engine == EngineInfo("fake", "f32", "CPU")
    assert reading.seconds == {"infer": 1.5}
    assert reading.probability.shape == (4, 8, 6)
    np.testing.assert_allclose(reading.probability, 0.25, atol=1e-5)


def test_a_reading_of_another_shape_is_refused(shelf: StudyShelf) -> None:
    study_id = shelf.add(_study(slices=3))

    with pytest.raises(StoreError, match=r"expected a reading of .*\(3, 8, 6\), found"):
        shelf.save_reading(study_id, _reading([0.1] * 4))

    assert shelf.reading_row(study_id) is None


@pytest.mark.parametrize("study_id", ["f" * 24, "../../etc", "", "F" * 24, "."])
def test_an_id_that_is_not_on_the_shelf_is_refused(shelf: StudyShelf, study_id: str) -> None:
    with pytest.raises(StoreError, match="expected it on the shelf"):
        shelf.open(study_id)


def test_the_shelf_survives_the_program(tmp_path: Path) -> None:
    first = StudyShelf(Settings(home=tmp_path))
    study_id = first.add(_study())
    first.save_reading(study_id, _reading([0.5] * 4))
    first.close()

    again = StudyShelf(Settings(home=tmp_path))

    assert again.open(study_id).name == "a"
    again.reading_of(again.reading_row(study_id))


def test_a_study_that_cannot_be_written_is_said_plainly_and_leaves_nothing(
    shelf: StudyShelf, tmp_path: Path
) -> None:
    (tmp_path / "studies").rmdir()
    (tmp_path / "studies").write_bytes(b"a file where a folder should be")

    with pytest.raises(StoreError, match=r"studies: expected to write here, found"):
        shelf.add(_study())

    assert shelf.count() == 0
