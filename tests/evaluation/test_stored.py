"""What comes back from an evaluation's folder."""

import csv

import pytest

from seg_core.evaluation.measure import MeasuredPatient, MeasuredSlice
from seg_core.evaluation.regions import Region
from seg_core.evaluation.report import evaluate_patients, write_evaluation
from seg_core.evaluation.stored import read_evaluation
from seg_core.metrics import PixelCounts

COUNTS = PixelCounts(
    true_positive=30, false_positive=5, false_negative=10,
    soft_overlap=31.25, probability_sum=40.5, log_loss_sum=12.0, pixels=100,
)  # fmt: skip


REGIONS = (
    Region("lesion", 1, 3, 120, 0.75, True),
    Region("lesion", 5, 5, 30, None, False),
    Region("finding", 1, 2, 90, 0.75, True),
    Region("finding", 7, 7, 40, 0.625, False),
)


@pytest.fixture
def folder(tmp_path):
    slices = (MeasuredSlice("a.tif", COUNTS, 0.75, 0.875),)
    patients = (
        MeasuredPatient("P1", slices, regions=REGIONS),
        MeasuredPatient("P2", slices, regions=()),
    )
    about = {"subject": "s", "part": "test", "split_kind": "patient", "split_fingerprint": "f"}
    write_evaluation(tmp_path, evaluate_patients(patients, threshold=0.5, **about), patients)
    return tmp_path


def test_the_sums_of_each_slice_come_back(folder):
    (one,) = read_evaluation(folder).patients[0].slices

    assert one.counts == COUNTS
    assert (one.score, one.confidence) == (0.75, 0.875)


def test_lesions_and_findings_come_back_also_where_a_patient_has_none(folder):
    assert [one.regions for one in read_evaluation(folder).patients] == [REGIONS, ()]


def test_of_a_folder_from_before_regions_were_counted_none_are_known(folder):
    (folder / "regions.csv").unlink()

    assert [one.regions for one in read_evaluation(folder).patients] == [None, None]


def test_of_a_folder_from_before_these_were_stored_the_masks_counts_come_back(folder):
    table = folder / "slices.csv"
    rows = list(csv.reader(table.read_text().splitlines()))
    table.write_text("\n".join(",".join(row[:-3]) for row in rows) + "\n")

    (one,) = read_evaluation(folder).patients[0].slices

    assert one.counts == PixelCounts(true_positive=30, false_positive=5, false_negative=10)
