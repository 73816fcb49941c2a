import pytest

from seg_core.reading import Agreement, agreement_of

TEN = range(1, 11)


def test_slices_are_counted_among_those_that_count() -> None:
    assert agreement_of([1, 2, 3], [3, 4], TEN) == Agreement(1, 2, 1, 6)
    assert agreement_of([1, 2, 3], [3, 4], [3, 9]) == Agreement(1, 0, 0, 1)


def test_kappa_is_agreement_beyond_chance() -> None:
    #          second
    # first    yes  no
    #   yes     20   5
    #   no      10  15      Cohen's own kind of table: agreement 0.7, chance 0.5
    table = Agreement(both=20, first_only=5, second_only=10, neither=15)

    assert table.agreement == pytest.approx(35 / 50)
    assert table.kappa == pytest.approx((0.7 - 0.5) / (1 - 0.5))
    assert table.prevalence == pytest.approx((25 + 30) / 100)


def test_where_both_always_say_the_same_one_thing_kappa_is_not_defined() -> None:
    assert Agreement(neither=9).kappa is None
    assert Agreement(neither=9).agreement == 1.0


def test_without_slices_nothing_is_defined() -> None:
    nothing = Agreement()

    assert (nothing.agreement, nothing.kappa, nothing.prevalence) == (None, None, None)


def test_sensitivity_is_of_the_truths_slices() -> None:
    against_truth = agreement_of([3, 4, 9], [3, 4, 5, 6], TEN)

    assert against_truth.sensitivity == 2 / 4
    assert against_truth.specificity == 5 / 6
    assert Agreement(neither=3).sensitivity is None


def test_counts_of_studies_add_up() -> None:
    assert Agreement(1, 2, 3, 4) + Agreement(1, 1, 1, 1) == Agreement(2, 3, 4, 5)
