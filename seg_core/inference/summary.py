"""summary.json: what a reading amounts to. It holds no pixel and writes no file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict

from seg_core.metrics import PixelCounts, count_pixels
from seg_core.notice import NOTICE
from seg_core.study import Note, Reading, Study, pixel_digest
from seg_core.triage.ranges import flagged_ranges, flags

STEPS = ("load", "read", "infer", "write", "total")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class SkippedFile(_Part):
    file: str
    reason: str


class Channels(_Part):
    names: tuple[str, ...]
    substituted: tuple[str, ...]


class ModelUsed(_Part):
    name: str
    version: str
    sha256: str


class EngineUsed(_Part):
    name: str
    precision: str
    device: str


class TruthScores(_Part):
    """Over all pixels of the slices whose truth is known, at the pixel threshold.

    f1 and dice are one number over the same pixels. None where it is not defined.
    """

    precision: float | None
    recall: float | None
    f1: float | None
    soft_dice: float | None
    dice: float | None


class NoteLine(_Part):
    kind: str
    reason: str


class Summary(_Part):
    """The keys of summary.json, in their order.

    flagged: [first, last] slice of each range, numbered from 1.
    highest_confidence: None for a study without slices.
    seconds: `total` is the sum of the other four: reading one study overlaps with
        inferring another, so a whole run takes less than its studies' sum.
    pixels: names the slices by their content; None in summaries from before there was such a key.
    spacing_mm: (between slices, row, column), mask_ml: the mask's volume; None where the files
        state no spacing.
    """

    study: str
    source: str
    slices: int
    skipped: tuple[SkippedFile, ...]
    channels: Channels
    model: ModelUsed
    engine: EngineUsed
    pixel_threshold: float
    confidence_threshold: float
    calibrated: bool
    flagged: tuple[tuple[int, int], ...]
    highest_confidence: float | None
    truth: TruthScores | None
    notes: tuple[NoteLine, ...]
    seconds: dict[str, float]
    notice: str = NOTICE
    pixels: str | None = None
    spacing_mm: tuple[float, float, float] | None = None
    mask_ml: float | None = None


def summarise(
    study: Study,
    reading: Reading,
    pixel_threshold: float,
    confidence_threshold: float,
    notes: Sequence[Note] = (),
) -> Summary:
    """The summary of a reading; `seconds` holds what the reading knows, `write` comes later."""
    ranges = flagged_ranges(flags(reading, confidence_threshold))
    every_note = (*study.notes, *notes, *_truth_notes(study))
    return Summary(
        study=study.name,
        source=study.source,
        slices=len(study),
        skipped=tuple(SkippedFile(file=s.file, reason=s.reason) for s in study.skipped),
        channels=Channels(names=study.channels, substituted=study.substituted),
        model=ModelUsed(
            name=reading.model_name, version=reading.model_version, sha256=reading.model_sha256
        ),
        engine=EngineUsed(
            name=reading.engine.name,
            precision=reading.engine.precision,
            device=reading.engine.device,
        ),
        pixel_threshold=pixel_threshold,
        confidence_threshold=confidence_threshold,
        calibrated=reading.calibrated,
        flagged=tuple(ranges),
        highest_confidence=_highest(reading.confidence),
        truth=score_truth(study, reading, pixel_threshold),
        notes=tuple(NoteLine(kind=note.kind, reason=note.reason) for note in every_note),
        seconds=whole_seconds(reading.seconds),
        pixels=pixel_digest(study),
        spacing_mm=study.spacing_mm,
        mask_ml=_mask_ml(study, reading, pixel_threshold),
    )


def _mask_ml(study: Study, reading: Reading, pixel_threshold: float) -> float | None:
    if study.voxel_ml is None:
        return None
    inside = sum(
        int(np.count_nonzero(p >= np.float32(pixel_threshold))) for p in reading.probability
    )
    return round(inside * study.voxel_ml, 3)


def score_truth(study: Study, reading: Reading, pixel_threshold: float) -> TruthScores | None:
    """The study's scores against its truth, all slices of known truth pooled; None without one."""
    known = known_slices(study)
    if study.truth is None or not known.any():
        return None
    counts = PixelCounts()
    for i in np.flatnonzero(known):  # a slice at a time: the counting copies what it counts
        counts += count_pixels(reading.probability[i], study.truth[i], pixel_threshold)
    return TruthScores(
        precision=counts.precision,
        recall=counts.recall,
        f1=counts.dice,
        soft_dice=counts.soft_dice,
        dice=counts.dice,
    )


def known_slices(study: Study) -> np.ndarray:
    """bool (n,): slices whose truth is known."""
    if study.truth is None:
        return np.zeros(len(study), bool)
    return np.ones(len(study), bool) if study.truth_known is None else study.truth_known


def whole_seconds(seconds: dict[str, float]) -> dict[str, float]:
    """All STEPS, to the millisecond; a step that did not happen took 0; `total` is the sum."""
    steps = {step: round(seconds.get(step, 0.0), 3) for step in STEPS[:-1]}
    return {**steps, "total": round(sum(steps.values()), 3)}


def _highest(confidence: np.ndarray) -> float | None:
    return round(float(confidence.max()), 6) if len(confidence) else None


def _truth_notes(study: Study) -> list[Note]:
    known = int(known_slices(study).sum())
    if known in (0, len(study)):
        return []
    return [Note("truth", f"{known} of {len(study)} slices have truth; the scores are over them")]
