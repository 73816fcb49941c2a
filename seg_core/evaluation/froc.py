"""Free-response ROC: lesions found over findings that lead nowhere. It judges no outline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from seg_core.evaluation.figures import interval
from seg_core.evaluation.measure import MeasuredPatient

RATES = (0.1, 0.25, 0.5, 1.0)
"""False findings a patient, at most, at which the share of lesions found is reported."""


@dataclass(frozen=True)
class FrocPoint:
    """A share of lesions found, with its 95 % interval over patients.

    false_per_patient: at most so many false findings a patient.
    """

    false_per_patient: float
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Froc:
    """The curve by falling strength of the findings that are kept, from (0, 0) to all of them.

    at: points on it. all_kept: lesions found and false findings a patient where every finding is
    kept, as the app shows them; false_low, false_high: the interval of the latter. lesions,
    findings, false_findings: how many there are.
    """

    false_per_patient: tuple[float, ...]
    sensitivity: tuple[float, ...]
    at: tuple[FrocPoint, ...]
    all_kept: FrocPoint
    false_low: float | None
    false_high: float | None
    lesions: int
    findings: int
    false_findings: int

    @property
    def on_the_curve(self) -> tuple[FrocPoint, ...]:
        """The reported points that lie left of where the curve ends, and its end."""
        end = self.all_kept.false_per_patient
        return (*(one for one in self.at if one.false_per_patient < end), self.all_kept)


def froc(patients: Sequence[MeasuredPatient]) -> Froc | None:
    """The curve of measured patients; None without a lesion, or where regions were not counted."""
    if any(patient.regions is None for patient in patients):
        return None
    lesions, false = _lesions(patients), _false(patients)
    if not len(lesions):
        return None
    steps = np.unique([*lesions[lesions > 0], *false])[::-1]
    rates = [float((false >= step).sum()) / len(patients) for step in steps]
    shares = [float((lesions >= step).mean()) for step in steps]
    rate = false_rate(patients)
    low, high = interval(found_with_all, patients)
    false_low, false_high = interval(false_rate, patients)
    return Froc(
        false_per_patient=(0.0, *rates),
        sensitivity=(0.0, *shares),
        at=tuple(_at(patients, allowed) for allowed in RATES),
        all_kept=FrocPoint(rate, found_with_all(patients) or 0.0, low, high),
        false_low=false_low,
        false_high=false_high,
        lesions=len(lesions),
        findings=sum(one.kind == "finding" for p in patients for one in p.regions or ()),
        false_findings=len(false),
    )


def false_words(found: Froc) -> str:
    """What the app's list of findings is worth as it stands, in a sentence."""
    whole, share = found.all_kept, f"{found.all_kept.value:.3f}"
    return (
        f"With every finding kept, as the list in the app does, {share} of {found.lesions:,} "
        f"lesions are found, with {whole.false_per_patient:.2f} false findings a patient "
        f"({found.false_findings:,} of {found.findings:,} findings)."
    )


def found_at(rate: float, patients: Sequence[MeasuredPatient]) -> float | None:
    """Largest share of lesions found where at most `rate` false findings a patient are kept.

    None without any lesion.
    """
    lesions, false = _lesions(patients), np.sort(_false(patients))[::-1]
    allowed = int(rate * len(patients) + 1e-9)  # 0.29 * 100 is a little below 29
    if not len(lesions):
        return None
    above = false[allowed] if allowed < len(false) else 0.0
    return float((lesions > above).mean())


def found_with_all(patients: Sequence[MeasuredPatient]) -> float | None:
    """Share of lesions that a finding touches; None without any lesion."""
    lesions = _lesions(patients)
    return float((lesions > 0).mean()) if len(lesions) else None


def false_rate(patients: Sequence[MeasuredPatient]) -> float:
    """False findings a patient, with every finding kept."""
    return len(_false(patients)) / len(patients)


def _at(patients: Sequence[MeasuredPatient], rate: float) -> FrocPoint:
    statistic = partial(found_at, rate)
    low, high = interval(statistic, patients)
    return FrocPoint(rate, statistic(patients) or 0.0, low, high)


def _lesions(patients: Sequence[MeasuredPatient]) -> np.ndarray:
    """float (lesions,): the strength of what found each, 0 where nothing did."""
    return np.concatenate([np.empty(0), *(patient.lesion_strengths for patient in patients)])


def _false(patients: Sequence[MeasuredPatient]) -> np.ndarray:
    """float (false findings,): the strength of each."""
    return np.concatenate([np.empty(0), *(patient.false_strengths for patient in patients)])
