"""What a slice's confidence should take from its neighbours, and be held to; on stored scores.

    python -m benchmarks.neighbours out/second-reader [--protocol lgg-88]

Each weight of the neighbours, the fit free and held to its share of flagged slices with tumour, is
judged as `crossvalidate` does: a fold's slices by a fit on the other folds. It reads the raw scores
of `slices.csv`, carries out no network, and changes nothing.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from seg_core.data.folds import FoldsProtocol, read_protocol
from seg_core.evaluation.confidence_figures import confidence_figures
from seg_core.evaluation.figures import AUROC, STATISTICS
from seg_core.evaluation.measure import MeasuredPatient, holds_tumour, with_confidence
from seg_core.evaluation.stored import read_evaluation
from seg_core.triage.calibration import TRUE_OF_FLAGGED, fit_logistic

WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5)
HELD_TO = (None, TRUE_OF_FLAGGED, 0.9875, 0.99)
"""Shares of the flagged slices with tumour; None: a free fit."""


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("evaluation", type=Path, help="what `crossvalidate` wrote")
    parser.add_argument("--protocol", default="lgg-88", help="name or file of the folds")
    args = parser.parse_args(argv)
    patients = read_evaluation(args.evaluation).patients
    protocol = read_protocol(args.protocol)
    for weight in WEIGHTS:
        for held_to in HELD_TO:
            found = crossed(patients, protocol, weight, held_to)
            how = "free" if held_to is None else f"held to {held_to:g}"
            print(f"weight {weight:g}, {how}: {line(found)}", flush=True)


def crossed(
    patients: Sequence[MeasuredPatient],
    protocol: FoldsProtocol,
    weight: float,
    held_to: float | None,
) -> list[MeasuredPatient]:
    """The patients with the confidences of such fits, fold by fold."""
    found = []
    for fold in range(1, protocol.folds + 1):
        members = protocol.members(fold)
        here = [one for one in patients if one.patient in members]
        others = [one for one in patients if one.patient not in members]
        scores = [np.array([one.score for one in patient.slices]) for patient in others]
        tumour = holds_tumour(others)
        fit = fit_logistic(
            scores,
            tumour,
            split="folds",
            source="-",
            neighbours=weight,
            true_of_flagged=held_to,
        )
        found += [with_confidence(one, fit) for one in here]
    return found


def line(patients: Sequence[MeasuredPatient]) -> str:
    """The figures, each with its unit."""
    area = STATISTICS[AUROC](patients)
    figures = {AUROC: area} | {one.name: one.value for one in confidence_figures(patients)}
    said = [f"{name} {value:.4f}" for name, value in figures.items() if value is not None]
    return "; ".join(said)


if __name__ == "__main__":
    main()
