"""Figures of masks at another pixel threshold than they were measured at, from counts on disk.

It opens no image, and chooses no threshold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from seg_core.errors import InputError
from seg_core.evaluation.confidence_figures import PIXEL_ERROR
from seg_core.evaluation.figures import AUROC, BCE, SOFT_DICE, STATISTICS, Figure, figures
from seg_core.evaluation.measure import MeasuredPatient, MeasuredSlice
from seg_core.evaluation.stored import read_evaluation
from seg_core.evaluation.thresholds import THRESHOLDS
from seg_core.metrics import PixelCounts
from seg_core.models.card import Measured

OF_MASKS = tuple(name for name in STATISTICS if name not in (BCE, SOFT_DICE, AUROC))
"""Figures that a pixel threshold changes and that are counted at each."""


def measured_at(
    measured: Sequence[Measured], model: Path, threshold: float, before: float
) -> list[Measured]:
    """A card's figures at one of THRESHOLDS, from the evaluations in the model's folder.

    Where an evaluation was not counted at every threshold its figures stay, and say that
    their masks were made at `before`, the threshold of the card until now.
    """
    sources = {one.source for one in measured}
    counted = {source: _figures(model / source, threshold) for source in sorted(sources)}
    return [_at(one, counted[one.source], before) for one in measured]


def _at(one: Measured, figures: dict[str, Figure], before: float) -> Measured:
    if one.name not in (*OF_MASKS, PIXEL_ERROR):  # of confidences, or at a threshold it names
        return one
    found = figures.get(one.name)
    if found is None:
        was = before if one.pixel_threshold is None else one.pixel_threshold
        return one.model_copy(update={"pixel_threshold": was})
    values = {"value": found.value, "low": found.low, "high": found.high}
    return one.model_copy(update=values | {"pixel_threshold": None})


def _figures(folder: Path, threshold: float) -> dict[str, Figure]:
    """Figures of masks by name; {} for a folder without counts by threshold."""
    try:
        patients = [_pooled(p, threshold) for p in read_evaluation(folder).patients]
    except InputError:
        return {}
    if not patients or None in patients:
        return {}
    known = [patient for patient in patients if patient is not None]
    return {one.name: one for one in figures(known, names=OF_MASKS)}


def _pooled(patient: MeasuredPatient, threshold: float) -> MeasuredPatient | None:
    """All slices of a patient as one, its mask at `threshold`; None without counts."""
    counts = patient.by_threshold
    if counts is None:
        return None
    at = THRESHOLDS.index(threshold)
    true, mask = int(counts.true_positive[at]), int(counts.mask_px[at])
    pixels = PixelCounts(
        true_positive=true, false_positive=mask - true, false_negative=counts.truth_px - true
    )
    return replace(patient, slices=(MeasuredSlice("", pixels, 0.0),))
