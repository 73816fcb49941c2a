"""Lesions of the truth and findings of the mask, each as it hangs together in 3D.

Dice says how well outlines agree, not how many lesions are found nor how many findings lead
nowhere. It draws nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Literal

import numpy as np

from seg_core.components import Component, components, scaled
from seg_core.evaluation.csv_table import csv_text, read_rows
from seg_core.triage.confidence import STRONGEST

FILE = "regions.csv"


@dataclass(frozen=True)
class Region:
    """A lesion of the truth, or a finding of the mask; specks are neither (see `components`).

    first, last: its slices, from 1. pixels: over all of them. strength: of a finding the mean of
    its strongest pixels' probability, 0 to 1; of a lesion that of the strongest finding that
    touches it, None where none does. matched: whether it shares a pixel with any of the other
    kind that counts: a lesion with a finding, a finding with the truth.
    """

    kind: Literal["lesion", "finding"]
    first: int
    last: int
    pixels: int
    strength: float | None
    matched: bool


COLUMNS = ("patient", *(field.name for field in fields(Region)))
"""Of regions.csv."""


def find_regions(
    probability: np.ndarray, truth: np.ndarray, threshold: float
) -> tuple[Region, ...]:
    """Lesions, then findings, of a patient's slices in their order.

    probability: float32 (n, h, w) of 0 to 1; the mask is from `threshold` on. truth: bool
    (n, h, w).
    """
    lesions, _ = components(truth)
    findings, _ = components(probability >= np.float32(threshold))
    labels = np.full(truth.shape, -1, np.int32)
    for number, lesion in enumerate(lesions):
        labels[lesion.box][lesion.masks] = number
    strongest: list[float | None] = [None] * len(lesions)
    found = []
    for finding in findings:
        inside = finding.box
        strength = _strength(probability[inside][finding.masks], truth[0].size)
        for number in np.unique(labels[inside][finding.masks]):
            if number >= 0:
                strongest[number] = max(strength, strongest[number] or 0.0)
        matched = bool(truth[inside][finding.masks].any())
        found.append(_region("finding", finding, strength, matched))
    told = zip(lesions, strongest, strict=True)
    return (*(_region("lesion", one, best, best is not None) for one, best in told), *found)


def regions_text(patients: Sequence[tuple[str, Sequence[Region] | None]]) -> str | None:
    """The table of (patient, regions); None unless every patient has some sequence of them."""
    rows: list[tuple[object, ...]] = []
    for name, regions in patients:
        if regions is None:
            return None
        rows.extend((name, *astuple(one)) for one in regions)
    return csv_text(COLUMNS, rows)


def read_regions(folder: Path) -> dict[str, list[Region]] | None:
    """Regions by patient, of those that have any; None where the folder has no such table.

    Raises KeyError and ValueError for a table that is another one.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    found: dict[str, list[Region]] = {}
    for row in read_rows(path):
        found.setdefault(row["patient"], []).append(
            Region(
                "lesion" if row["kind"] == "lesion" else "finding",
                int(row["first"]),
                int(row["last"]),
                int(row["pixels"]),
                float(row["strength"]) if row["strength"] else None,
                row["matched"] == "True",
            )
        )
    return found


def _region(
    kind: Literal["lesion", "finding"], one: Component, strength: float | None, matched: bool
) -> Region:
    return Region(kind, one.slices[0], one.slices[-1], one.area_px, strength, matched)


def _strength(values: np.ndarray, area: int) -> float:
    """Mean of the strongest of float32 (k,), as many as a slice's score takes in such slices."""
    count = min(max(1, round(scaled(STRONGEST, area))), len(values))
    return float(np.partition(values, len(values) - count)[-count:].mean(dtype=np.float64))
