"""95 % intervals: bootstrap over what was drawn independently, Wilson's of a share. No figure."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable

import numpy as np

RESAMPLES = 2000
"""Draws, with replacement, for each interval."""

NORMAL = 1.959963984540054
"""Quantile of the normal distribution for 95 %."""


def bootstrap(
    of_draws: Callable[[np.ndarray], Iterable[float | None]], units: int, seed: int = 0
) -> tuple[float | None, float | None]:
    """95 % percentile bootstrap over units (SciPy); (None, None) with fewer than three.

    of_draws: the figure of each draw, given the indices of its units, int (draws, units).
    Draws in which it is not defined are left out. Where all draws are alike, as with a fault
    that was never seen, there is no interval: 0 to 0 would claim certainty.
    """
    if units < 3:
        return None, None
    from scipy.stats import bootstrap as scipy_bootstrap

    def defined(indices: np.ndarray, axis: int) -> np.ndarray:
        """Float (draws,), NaN where not defined; of one draw alone a float ()."""
        draws = indices.reshape(-1, units)
        values = [np.nan if value is None else value for value in of_draws(draws)]
        return np.array(values, float).reshape(indices.shape[:axis])

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SciPy warns of draws that are all alike: no harm here
        result = scipy_bootstrap(
            (np.arange(units),),
            defined,
            n_resamples=RESAMPLES,
            vectorized=True,
            method="basic",
            rng=np.random.default_rng(seed),
        )
    draws = result.bootstrap_distribution[np.isfinite(result.bootstrap_distribution)]
    if not len(draws):
        return None, None
    low, high = np.percentile(draws, [2.5, 97.5])
    return (None, None) if low == high else (float(low), float(high))


def wilson(share: float, number: float) -> tuple[float, float]:
    """Wilson's 95 % score interval (1927) of a share among `number`, which need not be whole."""
    square = NORMAL**2 / number
    middle = (share + square / 2) / (1 + square)
    half = NORMAL / (1 + square) * math.sqrt(share * (1 - share) / number + square / (4 * number))
    return max(middle - half, 0.0), min(middle + half, 1.0)
