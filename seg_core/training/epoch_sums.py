"""The figures of an epoch from its sums, the same for training and validation. It sees no array."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from seg_core.metrics import PixelCounts


@dataclass(frozen=True)
class EpochSums:
    """Sums over the slices seen so far; adding two pools them.

    dice_sum: of the Dice of each slice with tumour; tumour_slices: their number.
    """

    counts: PixelCounts = field(default_factory=PixelCounts)
    dice_sum: float = 0.0
    tumour_slices: float = 0.0

    def __add__(self, other: EpochSums) -> EpochSums:
        return EpochSums(
            self.counts + other.counts,
            self.dice_sum + other.dice_sum,
            self.tumour_slices + other.tumour_slices,
        )

    def figures(self, loss: str) -> dict[str, float | None]:
        """What curves are drawn from; None for a figure that is not defined.

        f1 and soft_dice are over all pixels; dice is the mean over slices with tumour.
        loss: the recipe's, worked out over all pixels.
        """
        counts = self.counts
        bce, soft_dice = counts.bce or 0.0, counts.soft_dice or 0.0
        losses = {"bce": bce, "dice": 1 - soft_dice, "bce+dice": bce + 1 - soft_dice}
        return {
            "loss": losses[loss],
            "bce": bce,
            "precision": counts.precision,
            "recall": counts.recall,
            "f1": counts.dice,
            "soft_dice": counts.soft_dice,
            "dice": self.dice_sum / self.tumour_slices if self.tumour_slices else None,
        }


def of_batch(sums: Mapping[str, float]) -> EpochSums:
    """The sums that `seg_core.network.metrics.BatchSums` gives of one batch."""
    true_positive = round(sums["true_positive"])
    counts = PixelCounts(
        true_positive=true_positive,
        false_positive=round(sums["mask_px"]) - true_positive,
        false_negative=round(sums["truth_px"]) - true_positive,
        soft_overlap=sums["soft_overlap"],
        probability_sum=sums["probability_sum"],
        log_loss_sum=sums["log_loss_sum"],
        pixels=round(sums["pixels"]),
    )
    return EpochSums(counts, sums["dice_sum"], sums["tumour_slices"])


def of_slice(counts: PixelCounts) -> EpochSums:
    """The sums of one slice."""
    holds_tumour = counts.truth_px > 0
    return EpochSums(counts, (counts.dice or 0.0) if holds_tumour else 0.0, float(holds_tumour))
