"""Slices told apart by their score."""

import numpy as np
import pytest
from sklearn.metrics import roc_curve

from seg_core.evaluation.figures import figures
from seg_core.evaluation.measure import without_confidence
from seg_core.evaluation.slice_roc import sensitivity_at, slice_roc

from .measured import one, patient


def scored(tumour, empty):
    slices = [one("t", 1, 0, 0, score) for score in tumour]
    return [patient("p", *slices, *(one("e", 0, 0, 0, score) for score in empty))]


def test_sensitivity_counts_tumour_above_the_scores_that_stay_unflagged():
    patients = scored([0.9, 0.6, 0.3], [0.8, 0.5, 0.4, 0.2])

    # Of four empty slices one may be flagged at 0.75, none at 0.9.
    assert sensitivity_at(0.75, patients) == 2 / 3
    assert sensitivity_at(0.9, patients) == 1 / 3
    assert sensitivity_at(0.0, patients) == 1


def test_sensitivity_is_the_highest_point_of_the_curve_that_keeps_the_specificity():
    rng = np.random.default_rng(1)
    patients = scored(rng.normal(1, 1, 40).round(1), rng.normal(0, 1, 90).round(1))
    truth = [True] * 40 + [False] * 90
    scores = [s.score for s in patients[0].slices]
    fpr, tpr, _ = roc_curve(truth, scores, drop_intermediate=False)

    for specificity in (0.8, 0.9, 0.95, 0.99):
        best = max(tpr[fpr <= 1 - specificity + 1e-9])
        assert sensitivity_at(specificity, patients) == pytest.approx(best)


def test_the_curve_goes_from_corner_to_corner():
    roc = slice_roc(scored([0.9, 0.4], [0.1, 0.6]))

    assert (roc.false_positive_rate[0], roc.sensitivity[0]) == (0, 0)
    assert (roc.false_positive_rate[-1], roc.sensitivity[-1]) == (1, 1)
    assert roc.auroc == 3 / 4
    assert [at.low for at in roc.at] == [None] * 5  # one patient: no interval


def test_slices_of_one_kind_have_no_curve():
    assert slice_roc(scored([0.9], [])) is None
    assert sensitivity_at(0.9, scored([], [0.1])) is None


def test_where_one_patient_has_no_confidence_every_draw_is_of_raw_scores():
    rng = np.random.default_rng(2)

    def some(k, confidence):
        slices = [
            one(
                "t",
                held,
                0,
                0,
                float(rng.normal(held, 1)),
                float(rng.random()) if confidence else None,
            )
            for held in (0, 1, 1, 0)
        ]
        return patient(f"P{k}", *slices)

    mixed = [some(k, k != 0) for k in range(6)]
    raw = [without_confidence(each) for each in mixed]

    assert slice_roc(mixed) == slice_roc(raw)
    assert figures(mixed) == figures(raw)
