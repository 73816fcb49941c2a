"""An evaluation on disk, as figures.json, patients.csv and slices.csv: cards point to it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from seg_core.evaluation.csv_table import csv_text
from seg_core.evaluation.figures import EmptySlices, Figure, empty_slices, figures
from seg_core.evaluation.measure import MeasuredPatient
from seg_core.whole_files import write_whole

PAPER = {"F1 over all pixels": 0.8498, "Soft Dice over all pixels": 0.7771}
"""The paper's own figures that are known here."""

PAPER_SPLIT = "random slice split"
"""What the paper measured on: slices of one patient in several parts, which leaks."""

SLICE_COLUMNS = (
    "patient", "file", "score", "truth_px", "mask_px", "true_positive_px", "dice", "bce",
    "confidence",
)  # fmt: skip
"""Of slices.csv; the confidence is empty where none was calibrated."""

NOTICE = "Research use only. Not for diagnosis."


@dataclass(frozen=True)
class Evaluation:
    """Figures of one network on one part of one data set.

    weights: which of the subject's weights were measured; data: names of the data sets'
    folders; made: when, ISO 8601 in UTC. "" and () where an older evaluation does not say.
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
) -> Evaluation:
    """All figures of measured patients, with intervals."""
    return Evaluation(
        subject=subject,
        part=part,
        split_kind=split_kind,
        split_fingerprint=split_fingerprint,
        threshold=threshold,
        patients=len(patients),
        slices=sum(len(patient.slices) for patient in patients),
        figures=tuple(figures(patients)),
        empty=empty_slices(patients),
        weights=weights,
        data=tuple(data),
        made=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def write_evaluation(
    folder: Path, evaluation: Evaluation, patients: Sequence[MeasuredPatient]
) -> None:
    """Write the three files; each appears when it is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    content: dict[str, Any] = {"notice": NOTICE, **asdict(evaluation), "paper": PAPER}
    write_whole(folder / "figures.json", json.dumps(content, indent=1, allow_nan=False) + "\n")
    write_whole(
        folder / "patients.csv",
        csv_text(
            ("patient", "slices", "tumour_slices", "truth_px", "mask_px", "dice", "soft_dice"),
            (
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
            ),
        ),
    )
    write_whole(
        folder / "slices.csv",
        csv_text(
            SLICE_COLUMNS,
            (
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
                )
                for patient in patients
                for one in patient.slices
            ),
        ),
    )


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
