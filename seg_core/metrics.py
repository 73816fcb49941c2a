"""Pixel counts and what is worked out from them, in NumPy. It draws no interval and reads no file.

Two Dices, never both called Dice: *soft Dice* of the probability and *Dice* of the binary
mask. F1 over the same pixels equals Dice; it is worked out once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CLIP = 1e-7
"""Probabilities are clipped to CLIP..1-CLIP before a logarithm, as Keras does."""


@dataclass(frozen=True)
class PixelCounts:
    """Sums over some pixels; adding two counts pools their pixels.

    true_positive, false_positive, false_negative: pixels of the mask against the truth.
    soft_overlap: sum of truth x probability; probability_sum: sum of the probability.
    log_loss_sum: sum of the binary cross-entropy of each pixel, in nats.
    pixels: how many pixels were counted.
    """

    true_positive: int = 0
    false_positive: int = 0
    false_negative: int = 0
    soft_overlap: float = 0.0
    probability_sum: float = 0.0
    log_loss_sum: float = 0.0
    pixels: int = 0

    def __add__(self, other: PixelCounts) -> PixelCounts:
        return PixelCounts(
            *(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__)
        )

    @property
    def truth_px(self) -> int:
        return self.true_positive + self.false_negative

    @property
    def mask_px(self) -> int:
        return self.true_positive + self.false_positive

    @property
    def precision(self) -> float | None:
        """Share of mask pixels that are tumour; None for an empty mask."""
        return self.true_positive / self.mask_px if self.mask_px else None

    @property
    def recall(self) -> float | None:
        """Share of tumour pixels in the mask; None for an empty truth."""
        return self.true_positive / self.truth_px if self.truth_px else None

    @property
    def dice(self) -> float | None:
        """2 TP / (mask + truth), which is F1; None when both are empty."""
        total = self.mask_px + self.truth_px
        return 2 * self.true_positive / total if total else None

    @property
    def soft_dice(self) -> float | None:
        """2 sum(p t) / (sum p + sum t), the paper's; None when both sums are zero."""
        total = self.probability_sum + self.truth_px
        return 2 * self.soft_overlap / total if total > 0 else None

    @property
    def bce(self) -> float | None:
        """Mean binary cross-entropy a pixel, in nats; None without pixels."""
        return self.log_loss_sum / self.pixels if self.pixels else None


def count_pixels(probability: np.ndarray, truth: np.ndarray, threshold: float) -> PixelCounts:
    """Counts over all pixels of float32 `probability` and bool `truth` of the same shape.

    The mask is probability >= threshold, compared in float32 as everywhere in the app.
    Raises ValueError when the shapes differ.
    """
    if probability.shape != truth.shape:
        raise ValueError(
            f"truth: expected the probability's shape {probability.shape}, received {truth.shape}"
        )
    mask = probability >= np.float32(threshold)
    p = np.clip(probability.astype(np.float64), CLIP, 1 - CLIP)
    true_positive = int(np.count_nonzero(mask & truth))
    return PixelCounts(
        true_positive=true_positive,
        false_positive=int(np.count_nonzero(mask)) - true_positive,
        false_negative=int(np.count_nonzero(truth)) - true_positive,
        soft_overlap=float(probability[truth].sum(dtype=np.float64)),
        probability_sum=float(probability.sum(dtype=np.float64)),
        log_loss_sum=float(-np.log(np.where(truth, p, 1 - p)).sum()),
        pixels=probability.size,
    )


def dice(mask: np.ndarray, truth: np.ndarray) -> float | None:
    """Dice of two bool arrays of one shape; None when both are empty."""
    return count_pixels(mask.astype(np.float32), truth, 0.5).dice
