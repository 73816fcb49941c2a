"""Slices of known truth against a network's probability, in the slices' own size.

It sums and scores; what is made of the sums stands in `figures`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from seg_core.data.batches import LabelledSlices
from seg_core.evaluation.near_tumour import NearTumour, count_near_tumour
from seg_core.evaluation.regions import Region, find_regions
from seg_core.evaluation.thresholds import ThresholdCounts, count_by_threshold
from seg_core.metrics import PixelCounts, count_pixels
from seg_core.models.card import Calibration
from seg_core.triage.calibration import calibrate, fit_logistic
from seg_core.triage.confidence import slice_confidence

Predict = Callable[[np.ndarray], np.ndarray]
"""float32 (b, size, size, channels) -> float32 (b, size, size)."""


@dataclass(frozen=True)
class MeasuredSlice:
    """One slice: its file, its pixel counts, its raw score, and its confidence.

    confidence: the calibrated score, 0 to 1; None where no calibration covers the slice.
    """

    file: str
    counts: PixelCounts
    score: float
    confidence: float | None = None

    @property
    def holds_tumour(self) -> bool:
        return self.counts.truth_px > 0


@dataclass(frozen=True)
class MeasuredPatient:
    """One patient's slices, in order.

    by_threshold: their pixels at every pixel threshold. near_tumour: their probabilities there.
    regions: lesions and findings. None where that was not counted.
    """

    patient: str
    slices: tuple[MeasuredSlice, ...]
    by_threshold: ThresholdCounts | None = field(default=None, compare=False)
    near_tumour: NearTumour | None = field(default=None, compare=False)
    regions: tuple[Region, ...] | None = field(default=None, compare=False)

    @cached_property
    def counts(self) -> PixelCounts:
        """All slices pooled, the empty ones too."""
        return sum((one.counts for one in self.slices), PixelCounts())

    @property
    def dice(self) -> float | None:
        """Dice of the patient; None when neither truth nor mask holds a pixel."""
        return self.counts.dice

    # Arrays, made once: an interval asks each patient thousands of times.

    @cached_property
    def scores(self) -> np.ndarray:
        """Raw scores of the slices: float (slices,)."""
        return np.array([one.score for one in self.slices], float)

    @cached_property
    def confidences(self) -> np.ndarray:
        """Confidences of the slices: float (slices,), NaN where a slice has none."""
        return np.array([one.confidence for one in self.slices], float)

    @cached_property
    def holds_tumour(self) -> np.ndarray:
        """Whether each slice holds tumour: bool (slices,)."""
        return np.array([one.holds_tumour for one in self.slices], bool)

    @cached_property
    def lesion_strengths(self) -> np.ndarray:
        """Strength of what found each lesion: float (lesions,), 0 where nothing did."""
        return np.array(
            [r.strength or 0.0 for r in self.regions or () if r.kind == "lesion"], float
        )

    @cached_property
    def false_strengths(self) -> np.ndarray:
        """Strengths of the findings that touch no truth: float (false findings,)."""
        false = (r for r in self.regions or () if r.kind == "finding" and not r.matched)
        return np.array([r.strength for r in false], float)


def measure(
    patients: Iterable[LabelledSlices], predict: Predict, threshold: float, batch: int = 16
) -> Iterator[MeasuredPatient]:
    """Measure patient after patient; the mask is probability >= threshold."""
    for group in patients:
        probability = probability_of(group, predict, batch)
        scores = slice_confidence(probability)
        yield MeasuredPatient(
            group.patient,
            tuple(
                MeasuredSlice(
                    file, count_pixels(probability[i], group.truth[i], threshold), float(s)
                )
                for i, (file, s) in enumerate(zip(group.files, scores, strict=True))
            ),
            count_by_threshold(probability, group.truth),
            count_near_tumour(probability, group.truth, threshold),
            find_regions(probability, group.truth, threshold),
        )


def holds_tumour(patients: Sequence[MeasuredPatient]) -> np.ndarray:
    """bool (n,): whether the slice holds tumour, over all slices."""
    return np.concatenate([np.empty(0, bool), *(patient.holds_tumour for patient in patients)])


def with_confidence(patient: MeasuredPatient, fit: Calibration) -> MeasuredPatient:
    """The same patient, each slice's score calibrated by a card's fit."""
    confidence = calibrate(patient.scores, fit)
    slices = zip(patient.slices, confidence, strict=True)
    return replace(patient, slices=tuple(replace(one, confidence=float(c)) for one, c in slices))


def without_confidence(patient: MeasuredPatient) -> MeasuredPatient:
    """The same patient, its slices with raw scores alone."""
    return replace(patient, slices=tuple(replace(one, confidence=None) for one in patient.slices))


def fit_confidence(
    patients: Sequence[MeasuredPatient], split: str, source: str
) -> Calibration | None:
    """A calibration of some patients' raw scores; None when they hold one kind of slice only, or
    where a higher score is not more tumour.

    split, source: which patients these are, and the `evaluation/` folder they come from.
    """
    tumour = holds_tumour(patients)
    if not tumour.any() or tumour.all():
        return None
    scores = [patient.scores for patient in patients]
    fit = fit_logistic(scores, tumour, split=split, source=source)
    return fit if (fit.slope or 0.0) > 0 else None


def probability_of(group: LabelledSlices, predict: Predict, batch: int = 16) -> np.ndarray:
    """float32 (n, h, w) in the slices' own size."""
    parts = [
        group.frame.back(predict(group.frame.to_network(group.slices[i : i + batch])))
        for i in range(0, len(group.files), batch)
    ]
    return np.concatenate(parts)
