"""How well a reviewer's suspicion tells studies with tumour from those without: ROC over studies.

Suspicion is what a first verdict says of the whole study, 1 (surely none) to 5 (surely tumour).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seg_core.intervals import bootstrap
from seg_core.reading.over_studies import FEWEST_STUDIES, Interval
from seg_core.store.verdicts import SUSPICION


@dataclass(frozen=True)
class Suspected:
    """One study. tumour: whether any is outlined; said: the suspicion of each read of it."""

    tumour: bool
    said: tuple[int, ...]


def auroc(studies: Sequence[Suspected]) -> float | None:
    """Area under the ROC curve of all reads, a tie counting half (Hanley and McNeil 1982).

    None without a study with tumour, or without one that has none.
    """
    return _area(_counts(studies).sum(axis=0))


def auroc_interval(studies: Sequence[Suspected]) -> Interval:
    """95 %, studies drawn whole. Too few: fewer than FEWEST_STUDIES with tumour, or without."""
    with_tumour = sum(study.tumour for study in studies)
    if min(with_tumour, len(studies) - with_tumour) < FEWEST_STUDIES:
        return Interval(too_few=True)
    counts = _counts(studies)

    def of_draws(indices: np.ndarray) -> list[float | None]:
        return [_area(drawn) for drawn in counts[indices].sum(axis=1)]

    return Interval(*bootstrap(of_draws, len(studies)))


def _counts(studies: Sequence[Suspected]) -> np.ndarray:
    """int (studies, 2, levels): reads of each suspicion, of none in row 0, of tumour in row 1."""
    counts = np.zeros((len(studies), 2, len(SUSPICION)), int)
    for i, study in enumerate(studies):
        for said in study.said:
            counts[i, int(study.tumour), SUSPICION.index(said)] += 1
    return counts


def _area(counts: np.ndarray) -> float | None:
    """Of int (2, levels)."""
    none, tumour = counts
    if not none.sum() or not tumour.sum():
        return None
    below = np.cumsum(none) - none / 2
    return float((tumour * below).sum() / (none.sum() * tumour.sum()))
