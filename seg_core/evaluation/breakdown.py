"""Figures by group of patients and by size of the lesion. It tests no difference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from seg_core.evaluation.figures import (
    STATISTICS,
    empty_slices,
    interval,
    patient_dices,
    pooled,
)
from seg_core.evaluation.measure import MeasuredPatient, MeasuredSlice
from seg_core.evaluation.traits import PatientTraits

MEAN_DICE = STATISTICS["Dice of a patient, mean"]

SIZES_PX = (1, 100, 300, 1000, 3000)
"""Lower ends of the lesion sizes, in pixels of the slice's own size."""

UNKNOWN = "not known"


@dataclass(frozen=True)
class Group:
    """Patients that share a trait. f1: over all their pixels; dice: of a patient.

    missed: tumour slices of which no pixel was found; false_alarms: slices without tumour
    whose mask is not empty. None where a figure is not defined; the interval is over patients.
    """

    trait: str
    name: str
    patients: int
    slices: int
    tumour_slices: int
    f1: float | None
    dice_mean: float | None
    dice_low: float | None
    dice_high: float | None
    dice_median: float | None
    missed: int
    false_alarms: int


@dataclass(frozen=True)
class LesionSize:
    """Tumour slices whose truth has `low_px` or more pixels, and less than `high_px`.

    dice_mean, dice_median: of a slice, those missed wholly counted as 0.
    """

    low_px: int
    high_px: int | None
    slices: int
    dice_mean: float | None
    dice_median: float | None
    missed: int


def by_trait(
    patients: Sequence[MeasuredPatient], traits: Mapping[str, PatientTraits]
) -> list[Group]:
    """A group for each value of each trait that is known of at least one patient."""
    groups = []
    for trait, value_of in {**NAMED, "noise": noise_thirds(traits)}.items():
        members: dict[str, list[MeasuredPatient]] = {}
        for patient in patients:
            value = value_of(traits[patient.patient]) if patient.patient in traits else ""
            members.setdefault(value or UNKNOWN, []).append(patient)
        if set(members) - {UNKNOWN}:
            groups += [_group(trait, name, members[name]) for name in sorted(members)]
    return groups


def by_lesion_size(patients: Sequence[MeasuredPatient]) -> list[LesionSize]:
    """Tumour slices by the area of their truth, smallest first."""
    slices = [one for patient in patients for one in patient.slices if one.holds_tumour]
    ends = (*SIZES_PX[1:], None)
    return [_size(low, high, slices) for low, high in zip(SIZES_PX, ends, strict=True)]


def noise_thirds(traits: Mapping[str, PatientTraits]) -> Callable[[PatientTraits], str]:
    """A function from a patient to its third of these patients by noise; "" where unknown."""
    known = [one.noise for one in traits.values() if one.noise is not None]
    first, second = np.quantile(known, [1 / 3, 2 / 3]) if len(known) > 2 else (None, None)

    def third(one: PatientTraits) -> str:
        if one.noise is None or first is None or second is None:
            return ""
        if one.noise <= first:
            return "1 least noise"
        return "2 middle" if one.noise <= second else "3 most noise"

    return third


def _substituted(one: PatientTraits) -> str:
    if one.substituted is None:
        return ""
    return "substituted: " + " and ".join(one.substituted) if one.substituted else "all there"


NAMED: dict[str, Callable[[PatientTraits], str]] = {
    "institution": lambda one: one.institution,
    "histological type": lambda one: one.histological_type and f"code {one.histological_type}",
    "grade": lambda one: one.grade and f"code {one.grade}",
    "channels": _substituted,
}
"""What a patient is called by each trait; "" where it is not known."""


def _group(trait: str, name: str, patients: Sequence[MeasuredPatient]) -> Group:
    empty, dices = empty_slices(patients), patient_dices(patients)
    low, high = interval(MEAN_DICE, patients)
    return Group(
        trait=trait,
        name=name,
        patients=len(patients),
        slices=sum(len(patient.slices) for patient in patients),
        tumour_slices=empty.tumour_slices,
        f1=pooled(patients).dice,
        dice_mean=MEAN_DICE(patients),
        dice_low=low,
        dice_high=high,
        dice_median=float(np.median(dices)) if len(dices) else None,
        missed=empty.missed_tumour_slices,
        false_alarms=empty.false_alarms,
    )


def _size(low: int, high: int | None, slices: Sequence[MeasuredSlice]) -> LesionSize:
    inside = [s for s in slices if low <= s.counts.truth_px < (np.inf if high is None else high)]
    dices = [dice for one in inside if (dice := one.counts.dice) is not None]
    return LesionSize(
        low_px=low,
        high_px=high,
        slices=len(inside),
        dice_mean=float(np.mean(dices)) if dices else None,
        dice_median=float(np.median(dices)) if dices else None,
        missed=sum(one.counts.true_positive == 0 for one in inside),
    )
