"""An evaluation read back from its folder, old ones without the later files and columns too.

It measures nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from seg_core.data.institution import institution
from seg_core.errors import InputError
from seg_core.evaluation.csv_table import read_rows
from seg_core.evaluation.figures import EmptySlices, Figure
from seg_core.evaluation.measure import MeasuredPatient, MeasuredSlice, with_confidence
from seg_core.evaluation.regions import read_regions
from seg_core.evaluation.report import Evaluation
from seg_core.evaluation.selection import ChosenSlice
from seg_core.evaluation.threshold_table import with_thresholds
from seg_core.evaluation.traits import PatientTraits
from seg_core.metrics import PixelCounts
from seg_core.models.card import Calibration
from seg_core.study import Skipped

FIGURES, SLICES, TRAITS = "figures.json", "slices.csv", "traits.csv"
PANELS, PANELS_FOLDER, REPORT = "panels.csv", "panels", "report.html"


@dataclass(frozen=True)
class StoredPanel:
    """A chosen slice and its picture, a PNG."""

    chosen: ChosenSlice
    picture: Path


@dataclass(frozen=True)
class StoredEvaluation:
    """What an evaluation folder holds; panels are empty where the folder has none."""

    folder: Path
    evaluation: Evaluation
    patients: tuple[MeasuredPatient, ...]
    traits: Mapping[str, PatientTraits]
    panels: tuple[StoredPanel, ...]

    @property
    def report(self) -> Path | None:
        """The whole report in one file, where there is one."""
        path = self.folder / REPORT
        return path if path.is_file() else None


def read_evaluation(folder: Path, calibration: Calibration | None = None) -> StoredEvaluation:
    """Read a folder. `calibration`: the card's, for slices stored without a confidence.

    Raises InputError for a folder that is not whole.
    """
    evaluation = read_figures(folder)
    try:
        patients = _with_regions(folder, with_thresholds(folder, _patients(folder)))
        traits = _traits(folder) or {
            p.patient: PatientTraits(p.patient, institution(p.patient)) for p in patients
        }
        panels = _panels(folder)
    except (OSError, KeyError, ValueError) as error:
        raise _damaged(folder, error) from error
    if calibration is not None:
        patients = tuple(
            with_confidence(patient, calibration)
            if any(one.confidence is None for one in patient.slices)
            else patient
            for patient in patients
        )
    return StoredEvaluation(folder, evaluation, patients, traits, panels)


def read_figures(folder: Path) -> Evaluation:
    """Only figures.json. Raises InputError."""
    try:
        stored = json.loads((folder / FIGURES).read_text(encoding="utf-8"))
        return Evaluation(
            subject=stored["subject"],
            part=stored["part"],
            split_kind=stored["split_kind"],
            split_fingerprint=stored["split_fingerprint"],
            threshold=stored["threshold"],
            patients=stored["patients"],
            slices=stored["slices"],
            figures=tuple(Figure(**one) for one in stored["figures"]),
            empty=EmptySlices(**stored["empty"]),
            weights=stored.get("weights", ""),
            data=tuple(stored.get("data", ())),
            made=stored.get("made", ""),
            left_out=tuple(Skipped(**one) for one in stored.get("left_out", ())),
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise _damaged(folder, error) from error


def _patients(folder: Path) -> tuple[MeasuredPatient, ...]:
    """The patients of slices.csv, in its order; older ones have no sums of probabilities."""
    slices: dict[str, list[MeasuredSlice]] = {}
    for row in read_rows(folder / SLICES):
        true, truth, mask = (int(row[n]) for n in ("true_positive_px", "truth_px", "mask_px"))
        pixels = int(row.get("pixels") or 0)
        counts = PixelCounts(
            true_positive=true,
            false_positive=mask - true,
            false_negative=truth - true,
            soft_overlap=float(row.get("soft_overlap") or 0),
            probability_sum=float(row.get("probability_sum") or 0),
            log_loss_sum=float(row["bce"] or 0) * pixels if pixels else 0.0,
            pixels=pixels,
        )
        confidence = float(row["confidence"]) if row.get("confidence") else None
        one = MeasuredSlice(row["file"], counts, float(row["score"]), confidence)
        slices.setdefault(row["patient"], []).append(one)
    return tuple(MeasuredPatient(name, tuple(some)) for name, some in slices.items())


def _with_regions(
    folder: Path, patients: tuple[MeasuredPatient, ...]
) -> tuple[MeasuredPatient, ...]:
    """The patients with their lesions and findings; unchanged where an older folder has none."""
    regions = read_regions(folder)
    if regions is None:
        return patients
    return tuple(replace(one, regions=tuple(regions.get(one.patient, ()))) for one in patients)


def _traits(folder: Path) -> dict[str, PatientTraits]:
    if not (folder / TRAITS).is_file():
        return {}
    return {
        row["patient"]: PatientTraits(
            row["patient"],
            row["institution"],
            row["histological_type"],
            row["grade"],
            tuple(row["substituted"].split(" and ")) if row["substituted"] else (),
            float(row["noise"]) if row["noise"] else None,
        )
        for row in read_rows(folder / TRAITS)
    }


def _panels(folder: Path) -> tuple[StoredPanel, ...]:
    if not (folder / PANELS).is_file():
        return ()
    found = []
    for row in read_rows(folder / PANELS):
        dice = float(row["dice"]) if row["dice"] else None
        sizes = int(row["truth_px"]), int(row["mask_px"])
        chosen = ChosenSlice(row["kind"], row["patient"], row["file"], *sizes, dice)
        found.append(StoredPanel(chosen, folder / PANELS_FOLDER / Path(row["picture"]).name))
    return tuple(found)


def _damaged(folder: Path, error: Exception) -> InputError:
    return InputError(
        str(folder),
        expected="an evaluation with figures.json and slices.csv",
        found=f"{type(error).__name__}: {error}",
        do="Evaluate anew.",
    )
