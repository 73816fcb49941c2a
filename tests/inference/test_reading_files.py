import csv
import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from seg_core.errors import InputError
from seg_core.inference import reading_files
from seg_core.inference.reading_files import triage_table, write_reading
from tests.inference.test_summary import make_pair


def test_everything_of_a_reading_is_written(tmp_path: Path) -> None:
    write_reading(*make_pair(), tmp_path, 0.5, 0.98)

    written = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.*"))
    assert written == [
        "S/masks/1_mask.tif",
        "S/masks/2_mask.tif",
        "S/probability/1_probability.tif",
        "S/probability/2_probability.tif",
        "S/summary.json",
        "S/triage.csv",
    ]


def test_masks_are_eight_bits_of_0_and_255(tmp_path: Path) -> None:
    write_reading(*make_pair(), tmp_path, 0.5, 0.98)

    mask = tifffile.imread(tmp_path / "S/masks/1_mask.tif")
    assert mask.dtype == np.uint8
    assert mask.tolist() == [[255, 0], [255, 0]]


def test_probabilities_are_sixteen_bits(tmp_path: Path) -> None:
    study, reading = make_pair()

    write_reading(study, reading, tmp_path, 0.5, 0.98)

    stored = tifffile.imread(tmp_path / "S/probability/1_probability.tif")
    assert stored.dtype == np.uint16
    assert stored.tolist() == np.round(reading.probability[0].astype(float) * 65535).tolist()


def test_pictures_open_elsewhere_and_say_research_use_only(tmp_path: Path) -> None:
    write_reading(*make_pair(), tmp_path, 0.5, 0.98)

    with Image.open(tmp_path / "S/masks/1_mask.tif") as image:
        assert (image.mode, image.size) == ("L", (2, 2))
        description = 270  # ImageDescription, TIFF 6.0 section 8
        assert image.tag_v2[description] == "Research use only. Not for diagnosis."


def test_the_pixel_threshold_given_makes_the_masks(tmp_path: Path) -> None:
    write_reading(*make_pair(), tmp_path, 0.7, 0.98)

    assert tifffile.imread(tmp_path / "S/masks/1_mask.tif").tolist() == [[255, 0], [0, 0]]


def test_the_summary_on_disk_is_the_one_returned(tmp_path: Path) -> None:
    summary = write_reading(*make_pair(), tmp_path, 0.5, 0.98)

    stored = json.loads((tmp_path / "S/summary.json").read_text())
    assert stored == json.loads(summary.model_dump_json())
    assert stored["flagged"] == [[1, 1]]
    assert stored["seconds"]["infer"] == 2.0


def test_the_triage_table_has_a_row_a_slice(tmp_path: Path) -> None:
    write_reading(*make_pair(), tmp_path, 0.5, 0.98)

    with (tmp_path / "S/triage.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["slice", "file", "confidence", "flagged", "area_px", "area_mm2", "truth_px", "dice"],
        ["1", "1.tif", "0.990000", "true", "2", "", "2", "0.500000"],
        ["2", "2.tif", "0.100000", "false", "0", "", "0", ""],
    ]


def test_without_truth_the_table_has_no_columns_for_it() -> None:
    head, first, _ = triage_table(*make_pair(truth=None), 0.5, 0.98)

    assert head == ["slice", "file", "confidence", "flagged", "area_px", "area_mm2"]
    assert len(first) == 6


def test_a_slice_of_unknown_truth_has_empty_cells() -> None:
    pair = make_pair(truth_known=np.array([False, True]))

    assert triage_table(*pair, 0.5, 0.98)[1][-2:] == ["", ""]


def test_areas_are_in_square_millimetres_where_the_spacing_is_known() -> None:
    pair = make_pair(spacing_mm=(5.0, 0.5, 0.25))

    assert triage_table(*pair, 0.5, 0.98)[1][4:6] == ["2", "0.25"]  # 2 x 0.5 x 0.25


def test_a_file_name_that_is_a_formula_is_quoted() -> None:
    study, reading = make_pair()
    study = dataclasses.replace(study, files=("=cmd.tif", "2.tif"))

    assert triage_table(study, reading, 0.5, 0.98)[1][1] == "'=cmd.tif"


def test_an_earlier_reading_is_replaced_whole(tmp_path: Path) -> None:
    study, reading = make_pair()
    write_reading(study, reading, tmp_path, 0.5, 0.98)
    renamed = dataclasses.replace(study, files=("8.tif", "9.tif"))

    write_reading(renamed, reading, tmp_path, 0.5, 0.98)

    masks = sorted(path.name for path in (tmp_path / "S/masks").iterdir())
    assert masks == ["8_mask.tif", "9_mask.tif"]
    assert [path.name for path in tmp_path.iterdir()] == ["S"]


def test_another_patients_reading_of_the_same_name_is_left_alone(tmp_path: Path) -> None:
    study, reading = make_pair()
    write_reading(study, reading, tmp_path, 0.5, 0.98)
    before = (tmp_path / "S/summary.json").read_bytes()
    other = dataclasses.replace(study, slices=255 - study.slices, source="patients/B/S")

    with pytest.raises(InputError, match=r"of another study, .*Give another --out"):
        write_reading(other, reading, tmp_path, 0.5, 0.98)

    assert (tmp_path / "S/summary.json").read_bytes() == before


def test_a_study_that_moved_or_grew_replaces_its_earlier_reading(tmp_path: Path) -> None:
    study, reading = make_pair()
    moved = dataclasses.replace(study, source="elsewhere/S")
    grown = dataclasses.replace(moved, slices=255 - study.slices)

    for one in (study, moved, grown):
        write_reading(one, reading, tmp_path, 0.5, 0.98)

    assert json.loads((tmp_path / "S/summary.json").read_text())["source"] == "elsewhere/S"


def test_what_a_file_manager_leaves_is_nothing_else(tmp_path: Path) -> None:
    write_reading(*make_pair(), tmp_path, 0.5, 0.98)
    (tmp_path / "S" / ".DS_Store").touch()

    write_reading(*make_pair(), tmp_path, 0.5, 0.98)

    assert not (tmp_path / "S" / ".DS_Store").exists()


def test_a_hidden_file_of_somebodys_own_is_left_alone(tmp_path: Path) -> None:
    write_reading(*make_pair(), tmp_path, 0.5, 0.98)
    (tmp_path / "S" / ".notes").write_text("precious")

    with pytest.raises(InputError, match=r"found \.notes there"):
        write_reading(*make_pair(), tmp_path, 0.5, 0.98)


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "S").mkdir()
    (tmp_path / "S" / "original.tif").write_bytes(b"precious")

    with pytest.raises(InputError, match=r"found original\.tif there.*Give another --out"):
        write_reading(*make_pair(), tmp_path, 0.5, 0.98)

    assert [path.name for path in tmp_path.rglob("*")] == ["S", "original.tif"]


def test_nothing_half_written_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(reading_files, "write_synced", no_room)

    with pytest.raises(InputError, match=r"found No space left on device\. Make room"):
        write_reading(*make_pair(), tmp_path, 0.5, 0.98)

    assert list(tmp_path.iterdir()) == []


def test_a_study_name_never_leaves_the_folder(tmp_path: Path) -> None:
    study, reading = make_pair()
    study = dataclasses.replace(study, name="../escaped")

    write_reading(study, reading, tmp_path / "out", 0.5, 0.98)

    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["_escaped"]
