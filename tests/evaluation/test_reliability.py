"""Confidence against the share of slices with tumour."""

import numpy as np
import pytest

from seg_core.evaluation.confidence_figures import confidence_figures
from seg_core.evaluation.reliability import reliability
from seg_core.intervals import bootstrap

from .measured import one, patient


def test_ten_bins_weighted_by_their_slices_give_the_error():
    found = reliability([
        patient(
            "p",
            one("a", 0, 0, 0, confidence=0.05),
            one("b", 0, 0, 0, confidence=0.15),
            one("c", 1, 0, 0, confidence=0.75),
            one("d", 0, 0, 0, confidence=0.75),
            one("e", 1, 0, 0, confidence=1.0),
        )
    ])  # fmt: skip

    assert [bin.slices for bin in found.bins] == [1, 1, 0, 0, 0, 0, 0, 2, 0, 1]
    assert (found.bins[7].confidence, found.bins[7].tumour) == (0.75, 0.5)
    assert found.bins[2].tumour is None
    assert found.error == pytest.approx((0.05 + 0.15 + 2 * 0.25 + 0) / 5)
    assert found.calibrated


def test_without_a_calibration_the_raw_score_stands_in_and_is_named_so():
    found = reliability([patient("p", one("a", 1, 0, 0, score=0.9))])

    assert not found.calibrated
    assert found.error == pytest.approx(0.1)


def test_no_slices_have_no_reliability():
    assert reliability([]) is None


def test_the_interval_of_a_calibration_error_holds_the_error():
    draws = np.random.default_rng(0)
    patients = []
    for name in range(60):  # as well calibrated as can be: every draw of patients errs more
        confidence = draws.random(30)
        tumour = draws.random(30) < confidence
        slices = (one(str(i), int(t), 0, 0, confidence=c)
                  for i, (c, t) in enumerate(zip(confidence, tumour, strict=True)))  # fmt: skip
        patients.append(patient(str(name), *slices))

    def errors(drawn):
        return (reliability([patients[int(i)] for i in draw]).error for draw in drawn)

    raw = bootstrap(errors, len(patients))

    error = confidence_figures(patients)[-1]

    assert error.name == "Expected calibration error of slices"
    assert raw[0] > error.value  # what SciPy's draws alone would say
    assert error.low == error.value < error.high == raw[1]
