"""A run, or a released model, measured on patients. It trains nothing and chooses nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from seg_core.data.batches import LabelledSlices, labelled
from seg_core.errors import NothingToRead, RunError, SplitError
from seg_core.evaluation.full_report import Judged
from seg_core.evaluation.measure import MeasuredPatient, Predict, measure, with_confidence
from seg_core.evaluation.report import Evaluation, evaluate_patients, write_evaluation
from seg_core.frames import make_frame
from seg_core.inference import Engine
from seg_core.models.registry import ReleasedModel
from seg_core.models.routing import kind_of_slices
from seg_core.readers import find_studies
from seg_core.training.build import build_model
from seg_core.training.run_data import load_patients, part
from seg_core.training.run_folder import RunFolder
from seg_core.training.state import load_state, state_folder

log = logging.getLogger(__name__)

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
    data: Sequence[Path] = ()

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
            weights=self._weights(),
            data=[root.name for root in self.data],
        )
        write_evaluation(self.run.path / "evaluation" / part_name, evaluation, measured)
        return evaluation, measured

    def judged(self, part_name: str) -> Judged:
        """`evaluate`, with what a full report needs beside the figures."""
        evaluation, measured = self.evaluate(part_name)
        chosen = part(self.patients, self.run.split(), part_name)
        return Judged(evaluation, measured, lambda: chosen, self.predict, self.data)

    def _weights(self) -> str:
        """The best epoch, or the last one of a run that has no best yet."""
        status = self.run.status()
        if status.best_epoch is not None and state_folder(self.run.best):
            return f"best epoch, {status.best_epoch} of {status.epoch}"
        return f"epoch {status.epoch}"


def under_test(run: RunFolder, data: Sequence[Path] = ()) -> RunUnderTest:
    """Load a run's best network and its data sets.

    data: where these lie now; from the run's provenance unless given.
    """
    roots = list(data) or [Path(p) for p in run.provenance()["data"]]
    return RunUnderTest(run, best_network(run), load_patients(roots, run.recipe()), roots)


def evaluate_model(
    model: ReleasedModel, engine: Engine, data: Sequence[Path], *, seen_too: bool = False
) -> tuple[Evaluation, list[MeasuredPatient]]:
    """Measure a released model on the patients of `data` that its training never looked at.

    seen_too: also on those it was trained on; the evaluation then says so and flatters.
    Raises SplitError when nobody is left.
    """
    judged = judge_model(model, engine, data, seen_too=seen_too)
    return judged.evaluation, list(judged.measured)


def judge_model(
    model: ReleasedModel, engine: Engine, data: Sequence[Path], *, seen_too: bool = False
) -> Judged:
    """`evaluate_model`, with what a full report needs beside the figures."""
    engine.load(model)
    measured = [
        _confident(model, group, patient)
        for group in model_patients(model, data, seen_too=seen_too)
        for patient in measure([group], engine.predict, model.card.pixel_threshold, BATCH)
    ]
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
        weights=f"sha256 {model.sha256}",
        data=[root.resolve().name for root in data],
    )
    patients = partial(model_patients, model, data, seen_too=seen_too)
    return Judged(evaluation, measured, patients, engine.predict, data)


def model_patients(
    model: ReleasedModel, data: Sequence[Path], *, seen_too: bool = False
) -> Iterator[LabelledSlices]:
    """The patients of `data` that have masks, one at a time; those of training on request.

    A patient that stands in two data sets counts once, one without a readable slice not at all.
    """
    frame = make_frame(model.card.frame.name, model.card.frame.size)
    skip = set() if seen_too else set(model.card.data.seen)
    for source in (source for root in data for source in find_studies(root)):
        if source.name in skip:
            continue
        try:
            group = labelled(source.open(), frame)
        except NothingToRead as error:  # one bad folder does not hold up the others
            log.warning("left out: %s", error)
            continue
        skip.add(source.name)
        if group.files:
            yield group


def _confident(
    model: ReleasedModel, group: LabelledSlices, patient: MeasuredPatient
) -> MeasuredPatient:
    """With a calibrated confidence where the card's calibration covers the patient's channels."""
    fit = model.card.confidence
    if fit is None or kind_of_slices(group.slices) not in fit.covers:
        return patient
    return with_confidence(patient, fit)
