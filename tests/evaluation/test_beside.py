"""What a second precision moves, on two patients of a few pixels."""

import pytest

from seg_core.evaluation.beside import moved, pairs, write_beside
from seg_core.evaluation.csv_table import read_rows
from seg_core.evaluation.measure import MeasuredPatient, MeasuredSlice
from seg_core.metrics import PixelCounts


def patient(name, hits, score, confidence=None):
    """Of one slice with four pixels of tumour, `hits` of them found and none beside them."""
    counts = PixelCounts(true_positive=hits, false_positive=0, false_negative=4 - hits)
    return MeasuredPatient(name, (MeasuredSlice("1.tif", counts, score, confidence),))


FLOAT32 = [patient("A", 4, 0.9, 0.99), patient("B", 4, 0.8, 0.97)]
INT8 = [patient("A", 4, 0.9, 0.97), patient("B", 3, 0.5, 0.96)]


def test_the_mean_and_the_worst_patient_are_of_paired_differences():
    found = moved(pairs(FLOAT32, INT8), 0.98, "test", "evaluation/int8")

    lost = 1 - 2 * 3 / (3 + 4)  # of B: 3 pixels found, 4 of tumour
    assert found.dice == pytest.approx(-lost / 2)
    assert found.worst == pytest.approx(-lost)
    assert found.f1 == pytest.approx(2 * 7 / (7 + 8) - 1)
    assert found.score == pytest.approx(0.3)


def test_flags_that_differ_are_counted_slice_by_slice():
    found = moved(pairs(FLOAT32, INT8), 0.98, "test", "evaluation/int8")

    assert (found.flagged_float32, found.flagged_int8, found.flagged_differ) == (1, 0, 1)


def test_slices_without_a_confidence_are_not_flagged_and_have_no_calibration_error():
    bare = [patient("A", 4, 0.999)]

    found = moved(pairs(bare, bare), 0.98, "test", "evaluation/int8")

    assert (found.flagged_float32, found.flagged_differ, found.error_float32) == (0, 0, None)


def test_the_calibration_error_is_over_the_patients_that_have_a_confidence():
    some = [*FLOAT32, patient("C", 4, 0.999)]

    found = moved(pairs(some, some), 0.98, "test", "evaluation/int8")

    assert found.error_float32 == pytest.approx(1 - (0.99 + 0.97) / 2)  # all hold tumour


def test_other_patients_are_no_pairs():
    with pytest.raises(ValueError, match="expected the same slices measured twice"):
        pairs(FLOAT32, INT8[:1])


def test_the_table_has_a_row_a_patient(tmp_path):
    write_beside(tmp_path, pairs(FLOAT32, INT8), 0.98)

    rows = read_rows(tmp_path / "beside_float32.csv")
    assert [row["patient"] for row in rows] == ["A", "B"]
    assert rows[0]["flagged_in_one_only"] == "1"
    assert float(rows[1]["dice_int8"]) == pytest.approx(6 / 7, abs=1e-5)
