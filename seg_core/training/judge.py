"""A run, or a released model, measured on patients. It trains nothing and chooses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from seg_core.data.batches import LabelledSlices, labelled
from seg_core.errors import RunError, SplitError
from seg_core.evaluation.measure import MeasuredPatient, Predict, measure
from seg_core.evaluation.report import Evaluation, evaluate_patients, write_evaluation
from seg_core.frames import make_frame
from seg_core.inference import Engine
from seg_core.models.registry import ReleasedModel
from seg_core.readers import find_studies
from seg_core.training.build import build_model
from seg_core.training.run_data import load_patients, part
from seg_core.training.run_folder import RunFolder
from seg_core.training.state import load_state, state_folder

BATCH = 16


def best_network(run: RunFolder) -> Any:
    """The run's network with its best weights. Raises RunError before the first epoch's end."""
    found = run.best if state_folder(run.best) else run.last
    if state_folder(found) is None:
        raise RunError(f"{run.id}: expected a finished epoch, found none. Train on.")
    model = build_model(run.recipe())
    load_state(found, model)
    return model


@dataclass(frozen=True, eq=False)
class RunUnderTest:
    """A run's best network with its data, both loaded once."""

    run: RunFolder
    network: Any
    patients: Sequence[LabelledSlices]

    def predict(self, batch: np.ndarray) -> np.ndarray:
        """Keras' prediction: float32 (b, size, size, c) -> float32 (b, size, size)."""
        return np.asarray(self.network.predict_on_batch(batch))[..., 0]

    def measure(self, part_name: str, predict: Predict | None = None) -> list[MeasuredPatient]:
        """Measure one part of the run's split, with its own network or another prediction.

        Raises SplitError for an empty part.
        """
        chosen = part(self.patients, self.run.split(), part_name)
        if not chosen:
            raise SplitError(f"{self.run.id}: expected slices in {part_name!r}, found none.")
        threshold = self.run.recipe().pixel_threshold
        return list(measure(chosen, predict or self.predict, threshold, BATCH))

    def evaluate(self, part_name: str) -> tuple[Evaluation, list[MeasuredPatient]]:
        """Measure `train`, `validation` or `test`, and write the run's `evaluation/<part>/`."""
        measured, split = self.measure(part_name), self.run.split()
        evaluation = evaluate_patients(
            measured,
            subject=self.run.id,
            part=part_name,
            split_kind=split.settings.kind,
            split_fingerprint=split.fingerprint,
            threshold=self.run.recipe().pixel_threshold,
        )
        write_evaluation(self.run.path / "evaluation" / part_name, evaluation, measured)
        return evaluation, measured


def under_test(run: RunFolder, data: Sequence[Path] = ()) -> RunUnderTest:
    """Load a run's best network and its data sets.

    data: where these lie now; from the run's provenance unless given.
    """
    roots = list(data) or [Path(p) for p in run.provenance()["data"]]
    return RunUnderTest(run, best_network(run), load_patients(roots, run.recipe()))


def evaluate_model(
    model: ReleasedModel, engine: Engine, data: Sequence[Path], *, seen_too: bool = False
) -> tuple[Evaluation, list[MeasuredPatient]]:
    """Measure a released model on the patients of `data` that its training never looked at.

    seen_too: also on those it was trained on; the evaluation then says so and flatters.
    Raises SplitError when nobody is left.
    """
    engine.load(model)
    frame = make_frame(model.card.frame.name, model.card.frame.size)
    seen = () if seen_too else model.card.data.seen
    measured: list[MeasuredPatient] = []
    for root in data:
        for source in find_studies(root):
            if source.name in seen:
                continue
            group: LabelledSlices = labelled(source.open(), frame)
            if group.files:
                measured += measure([group], engine.predict, model.card.pixel_threshold, BATCH)
    if not measured:
        raise SplitError(
            f"{model.label}: expected patients with masks that its training never looked at, "
            "found none. Give other data, or --seen-too for figures that flatter."
        )
    evaluation = evaluate_patients(
        measured,
        subject=f"{model.label} on {engine.info.name} {engine.info.precision}",
        part="all given patients, seen ones too" if seen_too else "patients never seen",
        split_kind=model.card.data.split_by,
        split_fingerprint=model.card.data.split_fingerprint,
        threshold=model.card.pixel_threshold,
    )
    return evaluation, measured
