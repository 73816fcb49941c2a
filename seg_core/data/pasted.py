"""A tumour of one slice put into another that has none. It reads no file and keeps no state.

After TumorCP (Yang et al. 2021): where all images of one origin are without tumour and all others
have some, the origin would be what is learnt.
"""

from __future__ import annotations

import numpy as np

from seg_core.frames.frame import Levels

RING = 7
"""Pixels around a tumour whose mean is the tissue that it stands out from."""

INSIDE = 0.8
"""Least share of a tumour that has to fall on something brighter than background."""

BRIGHTER = 0.15
"""Share of a channel's span above which a pixel is not background."""


def paste(
    image: np.ndarray,
    donor: np.ndarray,
    tumour: np.ndarray,
    rng: np.random.Generator,
    levels: Levels,
) -> tuple[np.ndarray, np.ndarray]:
    """(image with the donor's tumour where the donor has it, its mask); both new.

    image, donor: float32 (h, w, c) in one frame. tumour: bool (h, w), of the donor; returned all
    False, the image as it was, where it would lie on background. The tumour's differences from the
    tissue around it are added, half to one and a half times as strong, every other time the other
    way round: what is bright on FLAIR is dark on T1. levels: of `image`.
    """
    import cv2

    if not tumour.any() or _on_brain(image, tumour, levels) < INSIDE:
        return image.copy(), np.zeros_like(tumour)
    near = cv2.dilate(tumour.view(np.uint8), np.ones((2 * RING + 1,) * 2, np.uint8)) > 0
    ring = near & ~tumour
    around = donor[ring].mean(axis=0) if ring.any() else np.zeros(donor.shape[2], np.float32)
    strength = rng.uniform(0.5, 1.5) * rng.choice((-1.0, 1.0))
    softened = cv2.GaussianBlur(tumour.astype(np.float32), (0, 0), rng.uniform(0.7, 2.0))[..., None]
    here = image[tumour].mean(axis=0)
    covered = softened * rng.uniform(0.2, 0.9)  # a mass hides the tissue that it takes the place of
    changed = image + covered * (here - image) + strength * softened * (donor - around)
    return np.asarray(np.maximum(changed, levels.darkest), np.float32), tumour.copy()


def _on_brain(image: np.ndarray, tumour: np.ndarray, levels: Levels) -> float:
    """Share of the tumour's pixels that are not background in `image`."""
    lit = np.all(image > levels.darkest + BRIGHTER * levels.span, axis=2)
    return float(lit[tumour].mean())
