"""A run, or a released model, measured on patients. It trains nothing and chooses nothing."""

from __future__ import annotations

from collections.abc import Sequence
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
from seg_core.training.run_folder import RunFolder
from seg_core.training.state import load_state, state_folder
from seg_core.training.worker import build_model, load_patients, part

BATCH = 16


def best_network(run: RunFolder) -> Any:
    """The run's network with its best weights. Raises RunError before the first epoch's end."""
    found = run.best if state_folder(run.best) else run.last
    if state_folder(found) is None:
        raise RunError(f"{run.id}: expected a finished epoch, found none. Train on.")
    model = build_model(run.recipe())
    load_state(found, model)
    return model


def predict_with(model: Any) -> Predict:
    """Keras' prediction as evaluation wants it: (b, size, size, c) -> (b, size, size)."""

    def predict(batch: np.ndarray) -> np.ndarray:
        return np.asarray(model.predict_on_batch(batch))[..., 0]

    return predict


def evaluate_run(
    run: RunFolder, part_name: str, data: Sequence[Path] = ()
) -> tuple[Evaluation, list[MeasuredPatient]]:
    """Measure a run's best network on `train`, `validation` or `test` of its own split.

    data: where the data sets lie now; from the run's provenance unless given. Writes the
    run's `evaluation/<part>/`. Raises SplitError for an empty part.
    """
    recipe, split = run.recipe(), run.split()
    roots = list(data) or [Path(p) for p in run.provenance()["data"]]
    patients = part(load_patients(roots, recipe), split, part_name)
    if not patients:
        raise SplitError(f"{run.id}: expected slices in the part {part_name!r}, found none.")
    predict = predict_with(best_network(run))
    measured = list(measure(patients, predict, recipe.pixel_threshold, BATCH))
    evaluation = evaluate_patients(
        measured,
        subject=run.id,
        part=part_name,
        split_kind=split.settings.kind,
        split_fingerprint=split.fingerprint,
        threshold=recipe.pixel_threshold,
    )
    write_evaluation(run.path / "evaluation" / part_name, evaluation, measured)
    return evaluation, measured


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
