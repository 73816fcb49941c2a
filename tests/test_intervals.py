import pytest
from scipy.stats import binomtest

from seg_core.intervals import wilson


@pytest.mark.parametrize(("count", "number"), [(0, 10), (3, 10), (10, 10), (144, 300)])
def test_the_interval_is_wilsons(count, number):
    theirs = binomtest(count, number).proportion_ci(method="wilson")

    assert wilson(count / number, number) == pytest.approx((theirs.low, theirs.high))
