"""From measured patients to the reported figures with intervals over patients. It reads no file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from seg_core.evaluation.measure import MeasuredPatient, holds_tumour, without_confidence
from seg_core.intervals import bootstrap
from seg_core.metrics import PixelCounts
from seg_core.subject import subject_of

BCE, PRECISION, RECALL, F1, SOFT_DICE, DICE, AUROC = (
    "BCE a pixel",
    "Precision over all pixels",
    "Recall over all pixels",
    "F1 over all pixels",
    "Soft Dice over all pixels",
    "Dice of a patient, mean",
    "AUROC of slices",
)
"""Names of figures with their unit. F1 over all pixels is Dice over all pixels."""

Statistic = Callable[[Sequence[MeasuredPatient]], float | None]


@dataclass(frozen=True)
class Figure:
    """A figure with its 95 % bootstrap interval over patients; None where it is not defined."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None


def pooled(patients: Sequence[MeasuredPatient]) -> PixelCounts:
    """All pixels of all slices of all patients."""
    return sum((patient.counts for patient in patients), PixelCounts())


def patient_dices(patients: Sequence[MeasuredPatient]) -> np.ndarray:
    """Dice of each patient that has one: float (patients,)."""
    return np.array([p.dice for p in patients if p.dice is not None], float)


def scored_alike(patients: Sequence[MeasuredPatient]) -> Sequence[MeasuredPatient]:
    """The same patients where all have confidences, else all of them without any.

    Drawn again, some of them may all have one: their figures would be of another score.
    """
    if calibrated(patients):
        return patients
    return [without_confidence(patient) for patient in patients]


def calibrated(patients: Sequence[MeasuredPatient]) -> bool:
    """Whether every slice has a confidence."""
    return not any(np.isnan(patient.confidences).any() for patient in patients)


def confidence_and_truth(patients: Sequence[MeasuredPatient]) -> tuple[np.ndarray, np.ndarray]:
    """Confidence, float (n,), and whether the slice holds tumour, bool (n,), over all slices.

    Where not every slice has a confidence, the raw score stands in for all.
    """
    known = calibrated(patients)
    values = [patient.confidences if known else patient.scores for patient in patients]
    return np.concatenate([np.empty(0), *values]), holds_tumour(patients)


def auroc(patients: Sequence[MeasuredPatient]) -> float | None:
    """Area under the slices' ROC curve by confidence, by raw score where there is none.

    None with slices of one kind only. From ranks (Hanley and McNeil 1982): scikit-learn's
    `roc_auc_score` gives the same and takes much longer, which an interval multiplies.
    """
    from scipy.stats import rankdata

    scores, truth = confidence_and_truth(patients)
    tumour, empty = int(truth.sum()), int((~truth).sum())
    if not tumour or not empty:
        return None
    in_order = rankdata(scores)[truth].sum() - tumour * (tumour + 1) / 2
    return float(in_order / (tumour * empty))


def _of_dices(reduce: Callable[[np.ndarray], float]) -> Statistic:
    def statistic(patients: Sequence[MeasuredPatient]) -> float | None:
        dices = patient_dices(patients)
        return float(reduce(dices)) if len(dices) else None

    return statistic


STATISTICS: dict[str, Statistic] = {
    BCE: lambda patients: pooled(patients).bce,
    PRECISION: lambda patients: pooled(patients).precision,
    RECALL: lambda patients: pooled(patients).recall,
    F1: lambda patients: pooled(patients).dice,
    SOFT_DICE: lambda patients: pooled(patients).soft_dice,
    DICE: _of_dices(np.mean),
    "Dice of a patient, median": _of_dices(np.median),
    "Dice of a patient, worst": _of_dices(np.min),
    AUROC: auroc,
}
"""Every reported figure by its name with its unit, in the order of the paper's table first."""


def figures(
    patients: Sequence[MeasuredPatient], seed: int = 0, names: Sequence[str] = tuple(STATISTICS)
) -> list[Figure]:
    """All STATISTICS, or those named, with their intervals.

    A minimum has none: its bootstrap means nothing.
    """
    patients = scored_alike(patients)
    return [
        Figure(name, STATISTICS[name](patients), *_interval(name, STATISTICS[name], patients, seed))
        for name in names
    ]


def interval(
    statistic: Statistic, patients: Sequence[MeasuredPatient], seed: int = 0
) -> tuple[float | None, float | None]:
    """95 % bootstrap interval over patients; (None, None) where `bootstrap` gives none.

    Visits of one patient are drawn together. It holds the value itself. A patient drawn twice
    moves some figures one way: it adds chance to a calibration error, and to AUROC pairs of
    slices of one patient, which are ranked more easily.
    """
    visits: dict[str, list[MeasuredPatient]] = {}
    for one in patients:
        visits.setdefault(subject_of(one.patient), []).append(one)
    units = list(visits.values())
    low, high = bootstrap(
        lambda draws: (statistic([p for i in drawn for p in units[i]]) for drawn in draws),
        len(units),
        seed,
    )
    value = statistic(patients)
    if low is None or high is None or value is None:
        return low, high
    return min(low, value), max(high, value)


def _interval(
    name: str, statistic: Statistic, patients: Sequence[MeasuredPatient], seed: int
) -> tuple[float | None, float | None]:
    return (None, None) if name.endswith("worst") else interval(statistic, patients, seed)


@dataclass(frozen=True)
class EmptySlices:
    """Slices whose truth is empty: right empties have an empty mask, false alarms have not."""

    right_empties: int
    false_alarms: int
    missed_tumour_slices: int
    tumour_slices: int


def empty_slices(patients: Sequence[MeasuredPatient]) -> EmptySlices:
    """Count slices on which Dice says nothing, and tumour slices of which no pixel is found."""
    counts = [one.counts for patient in patients for one in patient.slices]
    return EmptySlices(
        right_empties=sum(c.truth_px == 0 and c.mask_px == 0 for c in counts),
        false_alarms=sum(c.truth_px == 0 and c.mask_px > 0 for c in counts),
        missed_tumour_slices=sum(c.truth_px > 0 and c.true_positive == 0 for c in counts),
        tumour_slices=sum(c.truth_px > 0 for c in counts),
    )
