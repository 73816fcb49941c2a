"""What a neighbour's weight, and what a fit is held to, are judged by."""

import numpy as np

from benchmarks.neighbours import crossed, line
from seg_core.data.folds import make_folds
from seg_core.evaluation.measure import MeasuredPatient, MeasuredSlice
from seg_core.metrics import PixelCounts


def patients(number: int = 6) -> list[MeasuredPatient]:
    """Tumour in the middle of each, told by the score with some noise."""
    rng = np.random.default_rng(0)
    found = []
    for k in range(number):
        truth = np.array([0, 0, 900, 900, 900, 0, 0])
        scores = np.clip(0.2 + 0.5 * (truth > 0) + rng.normal(0, 0.3, 7), 0.01, 0.99)
        slices = tuple(
            MeasuredSlice(f"{i}.tif", PixelCounts(false_negative=int(px)), float(s))
            for i, (px, s) in enumerate(zip(truth, scores, strict=True))
        )
        found.append(MeasuredPatient(f"P{k}", slices))
    return found


def test_every_patient_gets_its_confidence_from_the_other_folds() -> None:
    some = patients()
    protocol = make_folds({one.patient: 2700 for one in some}, 2, name="two")

    found = crossed(some, protocol, 0.5, None)

    assert {one.patient for one in found} == {one.patient for one in some}
    assert all(one.confidence is not None for patient in found for one in patient.slices)


def test_a_line_names_each_figure() -> None:
    some = patients()
    protocol = make_folds({one.patient: 2700 for one in some}, 2, name="two")

    said = line(crossed(some, protocol, 0.5, 0.985))

    assert said.startswith("AUROC of slices ")
    assert "Tumour slices over 300 px flagged at 0.98, share" in said
