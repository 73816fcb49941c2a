from __future__ import annotations

import numpy as np
import pytest

from pages.components.slice_viewer.ticks import slider_ticks, tick_codes


def test_ticks_rise_and_become_finer_towards_one() -> None:
    ticks = slider_ticks()

    assert ticks[0] == 0.01
    assert ticks[-1] == 0.999
    assert list(ticks) == sorted(set(ticks))
    assert {0.5, 0.9, 0.9025, 0.98, 0.99, 0.9905} <= set(ticks)
    assert len(ticks) == 144


def test_the_models_own_threshold_is_a_tick() -> None:
    assert 0.4321 in slider_ticks(0.4321)
    assert slider_ticks(0.5) == slider_ticks()


@pytest.mark.parametrize("own", [0.0, 1.0])
def test_a_threshold_of_everything_or_nothing_is_no_tick(own: float) -> None:
    assert slider_ticks(own) == slider_ticks()


@pytest.mark.parametrize("own", [1.5, -0.5, float("nan")])
def test_a_threshold_that_is_no_probability_is_refused(own: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        slider_ticks(own)


def test_a_code_says_at_every_tick_what_a_comparison_says() -> None:
    ticks = slider_ticks(0.4321)
    on_the_edge = np.array(ticks, np.float32)
    beside = np.nextafter(on_the_edge, np.float32(0))
    probability = np.concatenate([on_the_edge, beside, np.float32([0.0, 1.0])])

    codes = tick_codes(probability, ticks)

    for k, tick in enumerate(ticks):
        assert np.array_equal(codes >= k + 1, probability >= np.float32(tick))


def test_probabilities_that_are_not_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="NaN"):
        tick_codes(np.array([0.5, np.nan], np.float32), slider_ticks())


def test_more_ticks_than_a_byte_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 255, received 256"):
        tick_codes(np.zeros(1, np.float32), tuple(i / 300 for i in range(256)))
