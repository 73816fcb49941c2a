"""The reported figures on patients of a few slices, the expected value as arithmetic."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from seg_core.evaluation.curves_over_patients import rate_curve
from seg_core.evaluation.figures import STATISTICS, empty_slices, figures, interval
from seg_core.evaluation.measure import MeasuredPatient, MeasuredSlice
from seg_core.metrics import PixelCounts


def one(tp, fp, fn, score, pixels=100):
    counts = PixelCounts(
        true_positive=tp, false_positive=fp, false_negative=fn,
        soft_overlap=float(tp), probability_sum=float(tp + fp), pixels=pixels,
    )  # fmt: skip
    return MeasuredSlice("s.tif", counts, score)


GOOD = MeasuredPatient("good", (one(8, 2, 2, 0.9), one(0, 0, 0, 0.1)))
BAD = MeasuredPatient("bad", (one(1, 1, 9, 0.4), one(0, 4, 0, 0.6)))


def value(name, patients=(GOOD, BAD)):
    return STATISTICS[name](patients)


def test_pooled_figures_sum_the_pixels_of_all_patients():
    assert value("Precision over all pixels") == 9 / (9 + 7)
    assert value("Recall over all pixels") == 9 / (9 + 11)
    assert value("F1 over all pixels") == 2 * 9 / (16 + 20)


def test_a_patients_dice_pools_the_empty_slices_too():
    assert GOOD.dice == 2 * 8 / (10 + 10)
    assert BAD.dice == 2 * 1 / (6 + 10)
    assert value("Dice of a patient, mean") == pytest.approx((16 / 20 + 2 / 16) / 2)
    assert value("Dice of a patient, worst") == 2 / 16


def test_auroc_orders_slices_with_tumour_against_those_without():
    # Scores with tumour 0.9 and 0.4, without 0.1 and 0.6: three of four pairs are in order.
    assert value("AUROC of slices") == 3 / 4


def test_auroc_is_scikit_learns_where_scores_are_alike_too():
    draws = np.random.default_rng(0)
    tumour, scores = draws.random(300) < 0.3, draws.integers(0, 9, 300)
    slices = tuple(one(int(t), 0, 0, s) for t, s in zip(tumour, scores, strict=True))
    patients = [MeasuredPatient("p", slices[:100]), MeasuredPatient("q", slices[100:])]

    expected = roc_auc_score(tumour, scores)
    assert value("AUROC of slices", patients) == pytest.approx(expected, abs=1e-12)


def test_auroc_of_one_kind_of_slices_is_not_defined():
    assert value("AUROC of slices", [MeasuredPatient("p", (one(1, 0, 0, 0.5),))]) is None


def test_empty_slices_are_counted_apart():
    counted = empty_slices([GOOD, BAD])

    assert (counted.right_empties, counted.false_alarms) == (1, 1)
    assert (counted.tumour_slices, counted.missed_tumour_slices) == (2, 0)


def test_an_interval_over_patients_holds_the_value_and_repeats():
    five = enumerate([GOOD, BAD, GOOD, BAD, GOOD])
    patients = [replace(one, patient=f"P{k}") for k, one in five]
    first = interval(STATISTICS["F1 over all pixels"], patients)

    low, high = first
    assert low < STATISTICS["F1 over all pixels"](patients) < high
    assert first == interval(STATISTICS["F1 over all pixels"], patients)


def test_an_interval_holds_its_value_where_all_draws_lie_on_one_side(monkeypatch):
    patients = [MeasuredPatient(str(i), GOOD.slices) for i in range(8)]

    def easier(drawn):
        twice = len(drawn) - len({p.patient for p in drawn})
        return 0.5 + 0.1 * twice

    monkeypatch.setitem(STATISTICS, "AUROC of slices", easier)
    (found,) = figures(patients, names=["AUROC of slices"])

    assert (found.value, found.low) == (0.5, 0.5)
    assert found.high > 0.7


def test_a_fault_that_was_never_seen_has_no_interval():
    assert interval(STATISTICS["Recall over all pixels"], [GOOD] * 5) == (None, None)


def test_two_patients_have_no_interval():
    assert interval(STATISTICS["F1 over all pixels"], [GOOD, BAD]) == (None, None)


def test_the_worst_patient_has_no_interval():
    worst = next(f for f in figures([GOOD, BAD, GOOD]) if f.name == "Dice of a patient, worst")

    assert (worst.value, worst.low, worst.high) == (2 / 16, None, None)


def test_visits_of_one_patient_are_drawn_together():
    f1 = STATISTICS["F1 over all pixels"]
    apart = [replace(one, patient=f"P{k}") for k in range(4) for one in (GOOD, BAD)]
    twice = [
        replace(one, patient=f"P_{k}_20{n}0101")
        for k in range(4)
        for n, one in ((10, GOOD), (11, BAD))
    ]
    low, high = interval(f1, [replace(one, patient=str(k)) for k, one in enumerate(apart)])

    assert interval(f1, twice) == (None, None)  # all draws are of GOOD and BAD alike
    assert low < high


def test_rates_of_one_patients_visits_are_drawn_together():
    parts, wholes = np.array([[1], [9], [1], [9], [1], [9]]), np.full((6, 1), 10)
    names = [f"P_{k}_20{n}0101" for k in (1, 2, 3) for n in (10, 11)]

    assert rate_curve(parts, wholes).at(0)[1] < 0.5
    assert rate_curve(parts, wholes, names).at(0) == (0.5, None, None)
