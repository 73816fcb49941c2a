"""Names of released models."""

import pytest

from seg_core.errors import ModelError
from seg_core.models.naming import check_name


@pytest.mark.parametrize("name", ["second-reader", "2d", "a"])
def test_small_letters_digits_and_hyphens_are_a_name(name):
    check_name(name)


@pytest.mark.parametrize("name", ["", "-a", "My Model", "../outside", "a/b", "a.b", "a\n", "ä"])
def test_what_no_card_may_bear_is_refused_with_what_is_expected(name):
    with pytest.raises(ModelError, match="expected small letters, digits and hyphens"):
        check_name(name)
