import json
from pathlib import Path

import numpy as np
import pytest

from seg_core.data.index import DatasetIndex, index_dataset
from seg_core.data.report import (
    CONTOUR,
    area_by_institution,
    area_by_patient,
    outline,
    report_figures,
    report_text,
    sample_picture,
    sample_slices,
    write_report,
)
from tests.readers.made import patient


@pytest.fixture
def index(tmp_path: Path) -> DatasetIndex:
    patient(tmp_path / "TCGA_CS_0001_20000101", slices=3)
    folder = patient(tmp_path / "TCGA_DU_0002_20000101", slices=2)
    (folder / f"{folder.name}_9.tif").write_bytes(b"")
    return index_dataset(tmp_path)


def test_the_text_has_every_figure_and_every_problem(index: DatasetIndex) -> None:
    text = report_text(index)

    assert "2 patients, 5 slices, 5 with tumour" in text
    assert "TCGA_CS: 1 patients, 3 tumour pixels" in text
    assert "unpaired files: 0" in text
    assert "unreadable files: 1\n  TCGA_DU_0002_20000101/TCGA_DU_0002_20000101_9.tif: " in text
    assert text.endswith("Research use only. Not for diagnosis.")


def test_long_lists_are_cut_with_a_count(index: DatasetIndex) -> None:
    many = DatasetIndex(index.root, index.patients, index.unreadable * 5, ())

    assert "and 3 more" in report_text(many, most=2)


def test_the_figures_survive_json(index: DatasetIndex) -> None:
    figures = json.loads(json.dumps(report_figures(index)))

    assert figures["institutions"]["TCGA_DU"] == {
        "patients": 1,
        "slices": 2,
        "positive_slices": 2,
        "tumour_px": 2,
    }


def test_samples_are_the_largest_tumours_of_patients_spread_over_the_set(phantom_dir: Path) -> None:
    index = index_dataset(phantom_dir)

    for patient_, pair in sample_slices(index):
        assert pair.tumour_px == max(other.tumour_px for other in patient_.slices)


def test_the_picture_shows_the_outline_of_each_mask(phantom_dir: Path) -> None:
    picture = np.asarray(sample_picture(index_dataset(phantom_dir)))

    lowest_row = picture[2 * picture.shape[0] // 3 :]
    assert (lowest_row == CONTOUR).all(axis=-1).sum() > 50


def test_a_set_without_tumour_has_an_empty_picture(tmp_path: Path) -> None:
    assert sample_picture(DatasetIndex(tmp_path, (), (), ())).width > 0


def test_an_outline_lies_inside_the_mask() -> None:
    mask = np.zeros((5, 5), bool)
    mask[1:4, 1:4] = True

    expected = mask.copy()
    expected[2, 2] = False
    np.testing.assert_array_equal(outline(mask), expected)


def test_the_charts_have_a_point_a_patient(index: DatasetIndex) -> None:
    bars = area_by_patient(index).data
    boxes = area_by_institution(index).data

    assert [(bar.name, list(bar.y)) for bar in bars] == [("TCGA_CS", [3]), ("TCGA_DU", [2])]
    assert [(box.name, list(box.y)) for box in boxes] == [
        ("TCGA_CS (1)", [3]),
        ("TCGA_DU (1)", [2]),
    ]


def test_report_picture_and_charts_are_written(index: DatasetIndex, tmp_path: Path) -> None:
    files = write_report(index, tmp_path / "report")

    assert [file.name for file in files] == ["report.json", "samples.png", "tumour_area.html"]
    assert all(file.stat().st_size for file in files)
    assert "Not for diagnosis" in files[2].read_text()
