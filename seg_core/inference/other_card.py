"""A reading under another card of the same network: new thresholds, no new pass over the study.

It carries out no network.
"""

from __future__ import annotations

from dataclasses import replace

from seg_core.models.next_version import same_network
from seg_core.models.registry import ReleasedModel
from seg_core.study import Reading


def reads_alike(one: ReleasedModel, other: ReleasedModel) -> bool:
    """Whether both give any study the same probabilities and the same confidences."""
    return same_network(one, other) and _how(one) == _how(other)


def _how(model: ReleasedModel) -> tuple[object, ...]:
    """What of a card has a part in probabilities and confidences, besides files and frame."""
    card = model.card
    return card.as_read, card.quantised is None, card.confidence, card.usual


def under_card(reading: Reading, model: ReleasedModel) -> Reading:
    """What `model` would have made of the study, where it reads as the reading's model does.

    The engine stays the one that carried the network out; it took no time of its own.
    """
    return replace(
        reading,
        model_name=model.name,
        model_version=model.version,
        model_sha256=model.sha256,
        pixel_threshold=model.card.pixel_threshold,
        confidence_threshold=model.card.confidence_threshold,
        seconds={},
    )
