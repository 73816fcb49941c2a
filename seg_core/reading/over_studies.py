"""Intervals of readers' figures over the studies that they read. It counts no slice itself.

Slices of one study resemble each other, so a study is drawn whole. Intervals say how the
figures would move with other studies, not with other reviewers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Literal

import numpy as np

from seg_core.intervals import bootstrap, wilson
from seg_core.reading.agreement import Agreement

FEWEST_STUDIES = 10
"""That bear on a figure: with fewer, a bootstrap's interval is too narrow to be believed."""

SliceFigure = Literal["agreement", "kappa", "sensitivity", "specificity"]


@dataclass(frozen=True)
class Interval:
    """95 % of a figure; both None where there is none. too_few: studies, which is why."""

    low: float | None = None
    high: float | None = None
    too_few: bool = False


def slice_interval(by_study: Sequence[Agreement], name: SliceFigure) -> Interval:
    """Of a figure over all slices. by_study: the slices of each study, by all its reads."""
    bears = "agreement" if name == "kappa" else name  # one study alone often has no kappa
    if sum(getattr(one, bears) is not None for one in by_study) < FEWEST_STUDIES:
        return Interval(too_few=True)
    counts = np.array([astuple(one) for one in by_study])

    def of_draws(indices: np.ndarray) -> list[float | None]:
        return [getattr(Agreement(*drawn), name) for drawn in counts[indices].sum(axis=1).tolist()]

    return Interval(*bootstrap(of_draws, len(by_study)))


def share_interval(by_study: Sequence[tuple[int, int]]) -> Interval:
    """Of the share of reads that found something. by_study: (found, reads) of each study.

    Wilson's where each study was read once; several reads of one resemble each other, so that
    studies are then drawn whole.
    """
    if len(by_study) < FEWEST_STUDIES:
        return Interval(too_few=True)
    counts = np.array(by_study)
    found, reads = counts.sum(axis=0).tolist()
    if reads == len(by_study):
        return Interval(*wilson(found / reads, reads))

    def of_draws(indices: np.ndarray) -> list[float | None]:
        return [found / reads for found, reads in counts[indices].sum(axis=1).tolist()]

    return Interval(*bootstrap(of_draws, len(by_study)))
