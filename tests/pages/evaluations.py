"""Writes evaluation folders as `evaluate` does, for tests of what pages show of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from seg_core.data.batches import labelled
from seg_core.data.phantom import phantom_study
from seg_core.evaluation.full_report import Judged, write_full_report
from seg_core.evaluation.measure import measure
from seg_core.evaluation.report import evaluate_patients, write_evaluation
from seg_core.frames import ResizeFrame


def bright(batch: np.ndarray) -> np.ndarray:
    """A network of one threshold: bright in FLAIR is tumour."""
    return np.clip(batch[..., 1] * 1.2, 0, 1).astype(np.float32)


def make_evaluation(folder: Path, *, subject: str, part: str = "test", full: bool = True) -> Path:
    """Two phantoms of 5 slices; not `full`: the three files that older evaluations have."""
    groups = [labelled(phantom_study(seed, 5, 64), ResizeFrame(32)) for seed in (1, 2)]
    measured = list(measure(groups, bright, 0.5))
    evaluation = evaluate_patients(
        measured, subject=subject, part=part, split_kind="patient", split_fingerprint="0123",
        threshold=0.5, weights="best epoch, 3 of 9", data=["phantom"],
    )  # fmt: skip
    if full:
        write_full_report(folder, Judged(evaluation, measured, lambda: groups, bright, []))
    else:
        write_evaluation(folder, evaluation, measured)
    return folder
