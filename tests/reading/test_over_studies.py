from __future__ import annotations

import pytest
from scipy.stats import binomtest

from seg_core.reading import Agreement
from seg_core.reading.over_studies import (
    FEWEST_STUDIES,
    Interval,
    share_interval,
    slice_interval,
)

STUDIES = [
    Agreement(both=n, first_only=1, second_only=10 - n, neither=20) for n in range(1, 10)
] * 2
"""Eighteen; the share of tumour slices that was found goes from a tenth to nine."""


def test_the_interval_of_a_slice_figure_holds_the_pooled_figure_and_draws_studies_whole() -> None:
    found = slice_interval(STUDIES, "sensitivity")
    doubled = slice_interval([one + one for one in STUDIES], "sensitivity")

    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.5 < found.high
    assert doubled == found  # twice the slices of the same studies: nothing new is known


def test_kappa_has_an_interval_though_a_study_alone_has_none() -> None:
    some = [Agreement(neither=30)] * 6 + STUDIES[:6]

    found = slice_interval(some, "kappa")

    assert not found.too_few
    assert found.low is not None


def test_studies_that_do_not_bear_on_a_figure_do_not_count_for_its_interval() -> None:
    without_tumour = [Agreement(neither=30)] * FEWEST_STUDIES

    assert slice_interval(without_tumour + STUDIES[:3], "sensitivity") == Interval(too_few=True)
    assert not slice_interval(without_tumour + STUDIES[:3], "specificity").too_few


def test_where_every_draw_is_alike_there_is_no_interval_though_studies_are_enough() -> None:
    assert slice_interval([Agreement(both=3, neither=9)] * 12, "specificity") == Interval()


def test_a_share_of_studies_read_once_has_wilsons_interval() -> None:
    theirs = binomtest(9, 12).proportion_ci(method="wilson")

    found = share_interval([(1, 1)] * 9 + [(0, 1)] * 3)

    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high))
    assert share_interval([(1, 1)] * (FEWEST_STUDIES - 1)).too_few


def test_two_reads_of_each_study_that_agree_are_worth_no_more_than_one() -> None:
    once = share_interval([(1, 1)] * 15 + [(0, 1)] * 15)
    twice = share_interval([(2, 2)] * 15 + [(0, 2)] * 15)

    assert once.low is not None
    assert twice.low is not None
    assert twice.low == pytest.approx(once.low, abs=0.05)
