"""An evaluation on disk: figures.json and tables of patients, slices, thresholds. It draws nothing.

Cards of released models point to such a folder.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from seg_core.evaluation.confidence_figures import confidence_figures, probability_figures
from seg_core.evaluation.csv_table import csv_text
from seg_core.evaluation.figures import EmptySlices, Figure, empty_slices, figures
from seg_core.evaluation.measure import MeasuredPatient
from seg_core.evaluation.regions import FILE as REGIONS_FILE
from seg_core.evaluation.regions import regions_text
from seg_core.evaluation.threshold_table import FILE as THRESHOLDS_FILE
from seg_core.evaluation.threshold_table import thresholds_text
from seg_core.notice import NOTICE
from seg_core.study import Skipped
from seg_core.whole_files import write_whole

PAPER = {"F1 over all pixels": 0.8498, "Soft Dice over all pixels": 0.7771}
"""The paper's own figures that are known here."""

PAPER_SPLIT = "random slice split"
"""What the paper measured on: slices of one patient in several parts, which leaks."""

OUT_OF_FOLD = "out-of-fold"
"""The part of an evaluation that judges each patient by a network which never saw it."""

FIGURE_COLUMNS = (
    "figure", "value", "low", "high", "paper_on_random_slice_split", "measured_on", "split_by",
    "pixel_threshold",
)  # fmt: skip
"""Of figures.csv; low and high: the 95 % interval over patients."""

PATIENT_COLUMNS = (
    "patient", "slices", "tumour_slices", "truth_px", "mask_px", "dice", "soft_dice",
)  # fmt: skip
"""Of patients.csv."""

SLICE_COLUMNS = (
    "patient", "file", "score", "truth_px", "mask_px", "true_positive_px", "dice", "bce",
    "confidence", "pixels", "probability_sum", "soft_overlap",
)  # fmt: skip
"""Of slices.csv; the confidence is empty where none was calibrated. The sums are `PixelCounts`'."""


@dataclass(frozen=True)
class Evaluation:
    """Figures of one network on one part of one data set.

    weights: which of the subject's weights were measured; data: names of the data sets'
    folders; made: when, ISO 8601 in UTC; left_out: what could not be read or judged.
    "" and () where an older evaluation does not say.
    """

    subject: str
    part: str
    split_kind: str
    split_fingerprint: str
    threshold: float
    patients: int
    slices: int
    figures: tuple[Figure, ...]
    empty: EmptySlices
    weights: str = ""
    data: tuple[str, ...] = ()
    made: str = ""
    left_out: tuple[Skipped, ...] = ()


def evaluate_patients(
    patients: Sequence[MeasuredPatient],
    *,
    subject: str,
    part: str,
    split_kind: str,
    split_fingerprint: str,
    threshold: float,
    weights: str = "",
    data: Sequence[str] = (),
    left_out: Sequence[Skipped] = (),
) -> Evaluation:
    """All figures of measured patients, with intervals; of confidences where they have any."""
    known = (*figures(patients), *probability_figures(patients), *confidence_figures(patients))
    return Evaluation(
        subject=subject,
        part=part,
        split_kind=split_kind,
        split_fingerprint=split_fingerprint,
        threshold=threshold,
        patients=len(patients),
        slices=sum(len(patient.slices) for patient in patients),
        figures=known,
        empty=empty_slices(patients),
        weights=weights,
        data=tuple(data),
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        left_out=tuple(left_out),
    )


def write_evaluation(
    folder: Path, evaluation: Evaluation, patients: Sequence[MeasuredPatient]
) -> None:
    """Write the files, each whole; figures.json comes last, so that its being there says: all."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "figures.json").unlink(missing_ok=True)  # of an earlier evaluation
    write_whole(folder / "figures.csv", figures_text(evaluation))
    write_whole(folder / "patients.csv", _patients_text(patients))
    write_whole(folder / "slices.csv", _slices_text(patients))
    regions = regions_text([(patient.patient, patient.regions) for patient in patients])
    for name, text in ((THRESHOLDS_FILE, thresholds_text(patients)), (REGIONS_FILE, regions)):
        if text is None:
            (folder / name).unlink(missing_ok=True)  # of an earlier evaluation
        else:
            write_whole(folder / name, text)
    content: dict[str, Any] = {"notice": NOTICE, **asdict(evaluation), "paper": PAPER}
    write_whole(folder / "figures.json", json.dumps(content, indent=1, allow_nan=False) + "\n")


def figures_text(evaluation: Evaluation) -> str:
    """figures.csv: the paper's table beside the paper's values, and the counts of slices."""
    on = (evaluation.part, evaluation.split_kind, evaluation.threshold)
    rows: list[tuple[object, ...]] = [
        (one.name, one.value, one.low, one.high, PAPER.get(one.name), *on)
        for one in evaluation.figures
    ]
    for name, count in asdict(evaluation.empty).items():
        rows.append((f"Slices: {name.replace('_', ' ')}", count, None, None, None, *on))
    return csv_text(FIGURE_COLUMNS, rows)


def _patients_text(patients: Sequence[MeasuredPatient]) -> str:
    rows = (
        (
            patient.patient,
            len(patient.slices),
            sum(one.holds_tumour for one in patient.slices),
            patient.counts.truth_px,
            patient.counts.mask_px,
            patient.counts.dice,
            patient.counts.soft_dice,
        )
        for patient in patients
    )
    return csv_text(PATIENT_COLUMNS, rows)


def _slices_text(patients: Sequence[MeasuredPatient]) -> str:
    rows = (
        (
            patient.patient,
            one.file,
            one.score,
            one.counts.truth_px,
            one.counts.mask_px,
            one.counts.true_positive,
            one.counts.dice,
            one.counts.bce,
            one.confidence,
            one.counts.pixels,
            one.counts.probability_sum,
            one.counts.soft_overlap,
        )
        for patient in patients
        for one in patient.slices
    )
    return csv_text(SLICE_COLUMNS, rows)


def as_table(evaluation: Evaluation) -> list[tuple[str, str, str, str]]:
    """(figure, value, 95 % interval, paper) as text; what was not measured is a dash."""
    rows = []
    for figure in evaluation.figures:
        span = "-" if figure.low is None else f"{figure.low:.3f} to {figure.high:.3f}"
        paper = PAPER.get(figure.name)
        rows.append(
            (
                figure.name,
                "-" if figure.value is None else f"{figure.value:.4f}",
                span,
                "-" if paper is None else f"{paper:.4f}",
            )
        )
    return rows
