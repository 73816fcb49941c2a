"""An evaluation on disk, as figures.json, patients.csv and slices.csv: cards point to it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from seg_core.evaluation.figures import EmptySlices, Figure, empty_slices, figures
from seg_core.evaluation.measure import MeasuredPatient
from seg_core.whole_files import write_whole

PAPER = {"F1 over all pixels": 0.8498, "Soft Dice over all pixels": 0.7771}
"""The paper's own figures, on a random slice split (which leaks)."""

NOTICE = "Research use only. Not for diagnosis."


@dataclass(frozen=True)
class Evaluation:
    """Figures of one network on one part of one data set."""

    subject: str
    part: str
    split_kind: str
    split_fingerprint: str
    threshold: float
    patients: int
    slices: int
    figures: tuple[Figure, ...]
    empty: EmptySlices


def evaluate_patients(
    patients: Sequence[MeasuredPatient],
    *,
    subject: str,
    part: str,
    split_kind: str,
    split_fingerprint: str,
    threshold: float,
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
        _csv(
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
        _csv(
            ("patient", "file", "score", "truth_px", "mask_px", "true_positive_px", "dice", "bce"),
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


def _csv(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow(
            ["" if v is None else f"{v:.6g}" if isinstance(v, float) else _cell(v) for v in row]
        )
    return text.getvalue()


def _cell(value: object) -> object:
    """A spreadsheet takes = + - @ at the start of a text for a formula; a quote prevents it."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@" else value
