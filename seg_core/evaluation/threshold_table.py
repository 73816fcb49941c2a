"""Counts by pixel threshold as a table on disk: a row a patient and threshold. It counts none."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from seg_core.errors import InputError
from seg_core.evaluation.csv_table import csv_text
from seg_core.evaluation.measure import MeasuredPatient
from seg_core.evaluation.thresholds import THRESHOLDS, ThresholdCounts
from seg_core.spreadsheet import plain_cell

FILE = "thresholds.csv"

COLUMNS = (
    "patient", "threshold", "true_positive_px", "mask_px", "missed_slices", "false_alarm_slices",
)  # fmt: skip
"""What does not depend on the threshold stands in slices.csv already."""


def thresholds_text(patients: Sequence[MeasuredPatient]) -> str | None:
    """The table of measured patients; None unless every one of them was counted so."""
    rows = []
    for patient in patients:
        counts = patient.by_threshold
        if counts is None:
            return None
        columns = (counts.true_positive, counts.mask_px, counts.missed, counts.false_alarms)
        for threshold, *numbers in zip(THRESHOLDS, *columns, strict=True):
            rows.append((patient.patient, threshold, *map(int, numbers)))
    return csv_text(COLUMNS, rows) if rows else None


def with_thresholds(
    folder: Path, patients: Sequence[MeasuredPatient]
) -> tuple[MeasuredPatient, ...]:
    """The patients of an evaluation's folder with their counts by threshold.

    Unchanged where the folder has no such table, as older evaluations have none. Raises
    InputError for a table of other patients or other thresholds.
    """
    path = folder / FILE
    if not path.is_file():
        return tuple(patients)
    rows: dict[str, list[tuple[int, ...]]] = {}
    thresholds: dict[str, list[float]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = plain_cell(row["patient"])
            thresholds.setdefault(name, []).append(float(row["threshold"]))
            rows.setdefault(name, []).append(tuple(int(row[column]) for column in COLUMNS[2:]))
    for patient in patients:
        if thresholds.get(patient.patient) != list(THRESHOLDS):
            raise InputError(
                str(path),
                expected=f"the {len(THRESHOLDS)} thresholds of {patient.patient}",
                found=f"{len(thresholds.get(patient.patient, ()))} of them, or others",
                do="Evaluate anew.",
            )
    return tuple(replace(p, by_threshold=_counts(p, rows[p.patient])) for p in patients)


def _counts(patient: MeasuredPatient, rows: Sequence[tuple[int, ...]]) -> ThresholdCounts:
    true_positive, mask_px, missed, false_alarms = np.array(rows, np.int64).T
    return ThresholdCounts(
        true_positive,
        mask_px,
        missed,
        false_alarms,
        truth_px=patient.counts.truth_px,
        tumour_slices=sum(one.holds_tumour for one in patient.slices),
        slices=len(patient.slices),
    )
