"""Makes a released model's folder for tests: a whole card, and stand-in network files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from seg_core.models.card import Card, Measured
from seg_core.models.card_files import write_card
from seg_core.models.file_names import NETWORK_FILES
from seg_core.models.registry import ReleasedModel

CARD: dict[str, Any] = {
    "name": "paper-unet",
    "version": "1",
    "created": "2026-01-01T00:00:00Z",
    "summary": "A card made by a test.",
    "frame": {"name": "resize", "size": 64},
    "channels": ("pre-contrast", "FLAIR", "post-contrast"),
    "network": {"filters": 4, "depth": 2},
    "parameters": 1234,
    "data": {
        "name": "LGG",
        "source": "https://example.org/lgg",
        "licence": "CC BY-NC-SA 4.0",
        "patients": 6,
        "slices": 120,
        "tumour_slices": 40,
        "split_by": "patient",
        "split_fingerprint": "abc123",
        "parts": {"train": 4, "validation": 1, "test": 1},
    },
    "training": {"run": "run-1", "recipe": {"epochs": 2}, "epochs": 2, "best_epoch": 1},
    "pixel_threshold": 0.5,
    "not_for": ("diagnosis",),
    "licence": "CC BY-NC-SA 4.0",
}

MEASURED = Measured(
    name="F1",
    value=0.8,
    low=0.7,
    high=0.9,
    split="test",
    patients=1,
    slices=20,
    source="runs/run-1/evaluation",
)


def make_card(**changes: Any) -> Card:
    return Card.model_validate(CARD | changes)


def make_released(
    root: Path, *, networks: dict[str, bytes] | None = None, **changes: Any
) -> ReleasedModel:
    """Write <root>/<name>/<version>; `networks` replaces the stand-in network files."""
    card = make_card(**changes)
    folder = root / card.name / card.version
    folder.mkdir(parents=True)
    for name in NETWORK_FILES:
        (folder / name).write_bytes((networks or {}).get(name, f"stand-in {name}".encode()))
    return ReleasedModel(folder, write_card(folder, card))
