"""Measured patients of a few slices, made by hand."""

from seg_core.evaluation.measure import MeasuredPatient, MeasuredSlice
from seg_core.metrics import PixelCounts


def one(file, tp, fp, fn, score=0.5, confidence=None):
    counts = PixelCounts(
        true_positive=tp, false_positive=fp, false_negative=fn,
        soft_overlap=float(tp), probability_sum=float(tp + fp), pixels=100,
    )  # fmt: skip
    return MeasuredSlice(file, counts, score, confidence)


def patient(name, *slices):
    return MeasuredPatient(name, slices)
