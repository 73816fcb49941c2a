"""Rates over a threshold, with 95 % intervals over patients. It knows not what is counted."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seg_core.intervals import RESAMPLES
from seg_core.subject import subject_of


@dataclass(frozen=True, eq=False)
class Curve:
    """A rate at each of some thresholds and its interval: three float (thresholds,).

    NaN where the rate is not defined, or where it has no interval: with fewer than three
    patients, and where all draws of patients are alike.
    """

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def at(self, index: int) -> tuple[float | None, float | None, float | None]:
        """(value, low, high) at one threshold; None for what is not there."""
        value, low, high = (
            None if np.isnan(row[index]) else float(row[index])
            for row in (self.value, self.low, self.high)
        )
        return value, low, high


def rate_curve(
    parts: np.ndarray, wholes: np.ndarray, names: Sequence[str] = (), seed: int = 0
) -> Curve:
    """Sum of the parts over sum of the wholes: numbers (patients, thresholds) each.

    names: whose each row is, so that visits of one patient are drawn together. The interval is
    the one of `figures.interval`: the same draws of patients for the same seed, so that a curve
    and a reported figure agree where they speak of one threshold.
    """
    parts, wholes = (_by_subject(np.asarray(some, float), names) for some in (parts, wholes))
    value = _ratio(parts.sum(axis=0), wholes.sum(axis=0))
    if len(parts) < 3:
        nothing = np.full_like(value, np.nan)
        return Curve(value, nothing, nothing)
    draws = _draws(parts, wholes, seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a threshold without any defined draw
        low, high = np.nanpercentile(draws, [2.5, 97.5], axis=-1)
    alike = low == high
    return Curve(value, np.where(alike, np.nan, low), np.where(alike, np.nan, high))


def _by_subject(rows: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """The rows of one patient added up, in the order of their first; as they are without names."""
    if not len(names):
        return rows
    place = {subject: k for k, subject in enumerate(dict.fromkeys(map(subject_of, names)))}
    found = np.zeros((len(place), *rows.shape[1:]))
    np.add.at(found, [place[subject_of(name)] for name in names], rows)
    return found


def _draws(parts: np.ndarray, wholes: np.ndarray, seed: int) -> np.ndarray:
    """The rate in each bootstrap draw of patients (SciPy): float (thresholds, draws)."""
    from scipy.stats import bootstrap

    patients = len(parts)

    def of_draws(drawn: np.ndarray, axis: int = -1) -> np.ndarray:
        """(..., patients) numbers of patients -> (thresholds, ...)."""
        times = np.stack([(drawn == i).sum(axis=-1) for i in range(patients)], axis=-1)
        return np.moveaxis(_ratio(times @ parts, times @ wholes), -1, 0)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SciPy's own interval of such draws, which is not used
        found = bootstrap(
            (np.arange(patients),),
            of_draws,
            n_resamples=RESAMPLES,
            vectorized=True,
            method="percentile",
            rng=np.random.default_rng(seed),
        )
    return np.asarray(found.bootstrap_distribution)


def _ratio(parts: np.ndarray, wholes: np.ndarray) -> np.ndarray:
    return np.divide(parts, wholes, out=np.full(np.shape(wholes), np.nan), where=wholes > 0)
