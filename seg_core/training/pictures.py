"""The same validation slices after each epoch: one sees masks form. It judges nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from seg_core.data.batches import Batches
from seg_core.study import FLAIR


def picture_positions(batches: Batches, count: int) -> list[int]:
    """Positions of `count` slices spread over those with tumour, largest first (or over all)."""
    areas = np.array([batches.patients[p].truth[s].sum() for p, s in batches.positions])
    order = np.argsort(-areas, kind="stable")
    with_tumour = order[areas[order] > 0]
    pool = with_tumour if len(with_tumour) >= count else order
    chosen = np.linspace(0, len(pool) - 1, min(count, len(pool))).astype(int)
    return [int(pool[i]) for i in chosen]


def write_picture(
    path: Path, image: np.ndarray, truth: np.ndarray, probability: np.ndarray, threshold: float
) -> None:
    """Original, truth, probability and mask side by side, as one grey PNG.

    image: float32 (h, w, c) as the network got it; truth: bool (h, w); probability (h, w).
    """
    plane = image[..., FLAIR if image.shape[-1] == 3 else 0]
    low, high = float(plane.min()), float(plane.max())
    shown = (plane - low) / (high - low) if high > low else np.zeros_like(plane)
    panes = [shown, truth, probability, probability >= np.float32(threshold)]
    joined = np.concatenate([np.asarray(pane, np.float32) for pane in panes], axis=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.round(joined * 255).astype(np.uint8)).save(path)
