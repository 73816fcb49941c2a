"""Released models: cards, checksums, the registry and the choice of one for a study."""

from seg_core.models.card import Card
from seg_core.models.registry import ReleasedModel, find_model, list_models, verify
from seg_core.models.routing import route

__all__ = ["Card", "ReleasedModel", "find_model", "list_models", "route", "verify"]
