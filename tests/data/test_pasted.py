"""A tumour put into a slice that has none."""

import numpy as np
import pytest

from seg_core.data.pasted import paste
from seg_core.frames.frame import Levels


def disc(radius, at=(32, 32)):
    rows, columns = np.mgrid[:64, :64]
    return (rows - at[0]) ** 2 + (columns - at[1]) ** 2 <= radius**2


@pytest.fixture
def head():
    """Grey 0.4 inside a disc, on background."""
    return np.where(disc(28), 0.4, 0.0)[..., None].astype(np.float32)


@pytest.fixture
def donor():
    """Tissue of 0.5 with a tumour of 0.9."""
    return np.where(disc(6, (30, 24)), 0.9, 0.5)[..., None].astype(np.float32)


def pasted(head, donor, tumour, seed):
    return paste(head, donor, tumour, np.random.default_rng(seed), Levels.UNIT)


@pytest.mark.parametrize("seed", range(8))
def test_the_tumour_stands_out_where_the_mask_says_and_nowhere_far_from_it(head, donor, seed):
    tumour = disc(6, (30, 24))
    image, mask = pasted(head, donor, tumour, seed)

    assert np.array_equal(mask, tumour)
    assert abs(image[30, 24, 0] - 0.4) > 0.1
    assert np.array_equal(image[~disc(20, (30, 24))], head[~disc(20, (30, 24))])
    assert image.min() >= 0


def test_it_is_sometimes_brighter_and_sometimes_darker_than_what_is_around_it(head, donor):
    tumour = disc(6, (30, 24))
    middles = [pasted(head, donor, tumour, seed)[0][30, 24, 0] for seed in range(16)]

    assert min(middles) < 0.4 < max(middles)


def test_a_tumour_that_would_lie_on_background_is_not_put_there(head, donor):
    image, mask = pasted(head, donor, disc(6, (3, 3)), 0)

    assert not mask.any()
    assert np.array_equal(image, head)


def test_what_it_is_put_into_stays_as_it_was(head, donor):
    before = head.copy()
    pasted(head, donor, disc(6), 0)

    assert np.array_equal(head, before)
