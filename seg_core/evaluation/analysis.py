"""All that is worked out of measured patients beside the paper's table. It reads no file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from typing import Any

from seg_core.evaluation.breakdown import Group, LesionSize, by_lesion_size, by_trait
from seg_core.evaluation.csv_table import csv_text
from seg_core.evaluation.froc import Froc, FrocPoint, froc
from seg_core.evaluation.measure import MeasuredPatient
from seg_core.evaluation.reliability import Bin, Reliability, reliability
from seg_core.evaluation.selection import ChosenSlice, choose_slices
from seg_core.evaluation.slice_roc import SliceRoc, slice_roc
from seg_core.evaluation.traits import PatientTraits


@dataclass(frozen=True)
class Analysis:
    """Slices as a detector, confidence as a promise, groups of patients, slices to look at.

    roc, reliability, froc: None where they are not defined.
    """

    roc: SliceRoc | None
    reliability: Reliability | None
    groups: tuple[Group, ...]
    sizes: tuple[LesionSize, ...]
    chosen: tuple[ChosenSlice, ...]
    froc: Froc | None = None


def analyse(patients: Sequence[MeasuredPatient], traits: Mapping[str, PatientTraits]) -> Analysis:
    """Everything at once; takes seconds, for the intervals over patients."""
    return Analysis(
        roc=slice_roc(patients),
        reliability=reliability(patients),
        groups=tuple(by_trait(patients, traits)),
        sizes=tuple(by_lesion_size(patients)),
        chosen=tuple(choose_slices(patients)),
        froc=froc(patients),
    )


def analysis_tables(analysis: Analysis) -> dict[str, str]:
    """File name -> CSV text of each table of an analysis."""
    roc, calibration = analysis.roc, analysis.reliability
    curve = zip(roc.false_positive_rate, roc.sensitivity, strict=True) if roc else ()
    points = [astuple(one) for one in roc.at] if roc else []
    bins = calibration.bins if calibration else ()
    free = analysis.froc
    free_curve = zip(free.false_per_patient, free.sensitivity, strict=True) if free else ()
    return {
        "froc.csv": csv_text(("false_per_patient", "lesions_found"), free_curve),
        "lesions_found.csv": _table(FrocPoint, (*free.at, free.all_kept) if free else ()),
        "roc.csv": csv_text(("false_positive_rate", "sensitivity"), curve),
        "sensitivity.csv": csv_text(("specificity", "sensitivity", "low", "high"), points),
        "reliability.csv": _table(Bin, bins),
        "groups.csv": _table(Group, analysis.groups),
        "lesion_sizes.csv": _table(LesionSize, analysis.sizes),
    }


def _table(kind: Any, rows: Sequence[Any]) -> str:
    names = [field.name for field in fields(kind)]
    return csv_text(names, (asdict(row).values() for row in rows))
