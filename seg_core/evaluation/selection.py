"""Which slices are worth a look: the best, the median, the worst, and every one that is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seg_core.evaluation.measure import MeasuredPatient, MeasuredSlice

COUNT = 5
"""Slices of each of best, median and worst; the paper's figures 21 to 25 show five."""

KINDS = ("best", "median", "worst", "missed", "false alarm")
"""Missed: tumour of which no pixel was found. False alarm: a mask where no tumour is outlined."""


@dataclass(frozen=True)
class ChosenSlice:
    """A slice and why it was chosen; one slice may be chosen for two reasons."""

    kind: str
    patient: str
    file: str
    truth_px: int
    mask_px: int
    dice: float | None


def choose_slices(patients: Sequence[MeasuredPatient], count: int = COUNT) -> list[ChosenSlice]:
    """In the order of KINDS; of best, median and worst at most `count`, of the wrong ones all.

    Best, median and worst are by the Dice of slices with tumour. The wrong ones begin with
    the largest: most truth among the missed, most mask among the false alarms.
    """
    slices = [(patient.patient, one) for patient in patients for one in patient.slices]
    tumour = sorted((pair for pair in slices if pair[1].holds_tumour), key=_by_dice)
    middle = max((len(tumour) - count) // 2, 0)
    missed = [pair for pair in tumour if pair[1].counts.true_positive == 0]
    alarms = [p for p in slices if not p[1].holds_tumour and p[1].counts.mask_px > 0]
    chosen = {
        "best": tumour[::-1][:count],
        "median": tumour[middle : middle + count],
        "worst": tumour[:count],
        "missed": sorted(missed, key=lambda pair: -pair[1].counts.truth_px),
        "false alarm": sorted(alarms, key=lambda pair: -pair[1].counts.mask_px),
    }
    return [_chosen(kind, *pair) for kind in KINDS for pair in chosen[kind]]


def _by_dice(pair: tuple[str, MeasuredSlice]) -> tuple[float, int]:
    """Of two slices with the same Dice the larger tumour is the worse one."""
    counts = pair[1].counts
    return counts.dice or 0.0, -counts.truth_px


def _chosen(kind: str, patient: str, one: MeasuredSlice) -> ChosenSlice:
    counts = one.counts
    return ChosenSlice(kind, patient, one.file, counts.truth_px, counts.mask_px, counts.dice)
