"""Figures of what reads each study by default."""

import pytest

from benchmarks.routed import pooled, routed
from seg_core.evaluation.report import evaluate_patients, write_evaluation
from seg_core.evaluation.stored import read_evaluation
from tests.evaluation.measured import one, patient

KINDS = {"COLOUR": "differing", "GREY": "grey"}


def judged(folder, right):
    """An evaluation of both patients, of whom each gets `right` of ten pixels."""
    patients = [patient(name, one("a.tif", right, 0, 10 - right)) for name in KINDS]
    about = {"subject": "s", "part": "out-of-fold", "split_kind": "folds", "split_fingerprint": "f"}
    write_evaluation(folder, evaluate_patients(patients, threshold=0.5, **about), patients)
    return read_evaluation(folder)


def test_each_patient_is_taken_from_the_model_for_its_kind_of_slices(tmp_path):
    colour, grey = judged(tmp_path / "colour", 10), judged(tmp_path / "grey", 5)

    patients = routed(colour, grey, KINDS)

    assert {one.patient: one.counts.true_positive for one in patients} == {"COLOUR": 10, "GREY": 5}
    figures = {one.name: one.value for one in pooled(colour.evaluation, patients).figures}
    assert figures["Soft Dice over all pixels"] == pytest.approx(2 * 15 / (15 + 20))


def test_a_patient_whose_kind_is_not_known_is_refused(tmp_path):
    colour, grey = judged(tmp_path / "colour", 10), judged(tmp_path / "grey", 5)

    with pytest.raises(SystemExit, match="expected the same patients"):
        routed(colour, grey, {"COLOUR": "differing"})
