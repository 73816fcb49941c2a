"""Lesions found over findings that lead nowhere."""

from dataclasses import replace

import numpy as np
import pytest

from seg_core.evaluation.froc import false_rate, found_at, froc
from seg_core.evaluation.regions import Region, find_regions

from .measured import one, patient


def lesion(strength):
    return Region("lesion", 1, 2, 50, strength, strength is not None)


def finding(strength, matched):
    return Region("finding", 1, 2, 50, strength, matched)


def having(*regions):
    return replace(patient("p", one("a", 1, 0, 0)), regions=regions)


FOUR = [
    having(lesion(0.9), finding(0.9, True), finding(0.95, False)),
    having(lesion(0.6), lesion(None), finding(0.6, True)),
    having(finding(0.7, False), finding(0.5, False)),
    having(lesion(0.99), finding(0.99, True)),
]


def test_the_curve_falls_with_the_strength_of_what_is_kept():
    found = froc(FOUR)

    # Kept from 0.99, 0.95, 0.9, 0.7, 0.6, 0.5 on: three false findings, three of four lesions.
    assert found.false_per_patient == (0, 0, 0.25, 0.25, 0.5, 0.5, 0.75)
    assert found.sensitivity == (0, 0.25, 0.25, 0.5, 0.5, 0.75, 0.75)
    assert (found.all_kept.false_per_patient, found.all_kept.value) == (0.75, 0.75)
    assert (found.lesions, found.findings, found.false_findings) == (4, 6, 3)


def test_at_a_rate_of_false_findings_the_most_lesions_count_that_keep_it():
    assert found_at(0.1, FOUR) == 0.25
    assert found_at(0.25, FOUR) == 0.5
    assert found_at(0.5, FOUR) == 0.75
    assert found_at(9, FOUR) == 0.75


def test_the_reported_shares_are_the_highest_points_of_the_curve_that_keep_the_rate():
    rng = np.random.default_rng(3)
    many = [
        having(
            *(lesion(float(s)) for s in rng.uniform(0.5, 1, rng.integers(0, 3)).round(2)),
            *(finding(float(s), False) for s in rng.uniform(0.5, 1, rng.integers(0, 4)).round(2)),
        )
        for _ in range(40)
    ]
    many = [replace(one, patient=f"P{k}") for k, one in enumerate(many)]
    curve = froc(many)
    rates, shares = np.array(curve.false_per_patient), np.array(curve.sensitivity)

    for at in curve.at:
        assert at.value == pytest.approx(shares[rates <= at.false_per_patient].max())
        assert at.low <= at.value <= at.high
    assert curve.false_low < false_rate(many) < curve.false_high


def test_without_lesions_or_where_none_were_counted_there_is_no_curve():
    assert froc([having(finding(0.9, False))]) is None
    assert froc([FOUR[0], patient("old", one("a", 1, 0, 0))]) is None


def test_a_finding_finds_every_lesion_it_touches_and_is_false_only_where_it_touches_no_truth():
    truth = np.zeros((4, 256, 256), bool)
    truth[0:2, 10:20, 10:20] = True  # found twice: 0.9 is stronger
    truth[0, 40:50, 40:50] = True  # found by what also reaches the speck
    truth[3, 200:205, 200:205] = True  # missed
    truth[2, 100, 100:105] = True  # a speck: no lesion, but truth
    probability = np.zeros(truth.shape, np.float32)
    probability[0, 12:18, 12:18] = 0.9
    probability[1, 19:25, 19:25] = 0.6
    probability[0, 45:55, 45:55] = 0.8
    probability[2, 100:110, 100:110] = 0.7
    probability[2, 150:170, 150:160] = np.float32(0.5)
    probability[3, 220, 220:230] = 1.0  # a speck: no finding

    regions = find_regions(probability, truth, 0.5)

    assert [(r.first, r.last, r.pixels, r.matched) for r in regions if r.kind == "lesion"] == [
        (1, 2, 200, True), (1, 1, 100, True), (4, 4, 25, False)
    ]  # fmt: skip
    assert [r.strength for r in regions if r.kind == "lesion"] == [
        pytest.approx(0.9), pytest.approx(0.8), None
    ]  # fmt: skip
    told = [(r.first, r.pixels, r.strength, r.matched) for r in regions if r.kind == "finding"]
    assert sorted(told) == [
        (1, 36, pytest.approx(0.9), True), (1, 100, pytest.approx(0.8), True),
        (2, 36, pytest.approx(0.6), True), (3, 100, pytest.approx(0.7), True),
        (3, 200, pytest.approx(0.5), False),
    ]  # fmt: skip


def test_a_finding_is_as_strong_as_its_fifty_strongest_pixels():
    probability = np.zeros((1, 256, 256), np.float32)
    probability[0, 0:10, 0:10] = np.linspace(0.5, 1, 100).reshape(10, 10)

    (found,) = find_regions(probability, np.zeros(probability.shape, bool), 0.5)

    assert found.strength == pytest.approx(np.linspace(0.5, 1, 100)[50:].mean(), abs=1e-6)
