"""A run's best network, or a released model, ready for images by class. It measures nothing."""

from __future__ import annotations

import numpy as np

from seg_core.evaluation.grey_set import GreySubject
from seg_core.frames import make_frame
from seg_core.inference import Engine
from seg_core.models.registry import ReleasedModel
from seg_core.training.judge import best_network
from seg_core.training.negatives import read_negatives
from seg_core.training.run_folder import RunFolder


def grey_model(model: ReleasedModel, engine: Engine) -> GreySubject:
    """A released model, carried out by an engine. Raises ModelError, EngineError."""
    engine.load(model)
    card = model.card
    return GreySubject(
        label=model.label,
        weights=f"sha256 {model.sha256}",
        engine=f"{engine.info.name} {engine.info.precision} on {engine.info.device}",
        frame=make_frame(card.frame.name, card.frame.size, len(card.channels)),
        channels=len(card.channels),
        predict=engine.predict,
        threshold=card.pixel_threshold,
        seen=frozenset(card.data.seen),
    )


def grey_run(run: RunFolder) -> GreySubject:
    """A run with its best weights so far, carried out by Keras. Raises RunError."""
    network, recipe, status, split = best_network(run), run.recipe(), run.status(), run.split()

    def predict(batch: np.ndarray) -> np.ndarray:
        return np.asarray(network.predict_on_batch(batch))[..., 0]

    return GreySubject(
        label=run.id,
        weights=f"epoch {status.best_epoch or status.epoch} of {status.epoch}",
        engine="Keras",
        frame=make_frame(recipe.frame.name, recipe.network.size, recipe.network.channels),
        channels=recipe.network.channels,
        predict=predict,
        threshold=recipe.pixel_threshold,
        seen=frozenset(
            (*split.members("train"), *split.members("validation"), *read_negatives(run).trained)
        ),
    )
