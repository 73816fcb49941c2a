"""What a batch adds to the figures of its epoch, summed on the device. It divides nothing.

Keras sets metrics back before every `train_on_batch`; the trainer adds the sums up.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


class BatchSums(keras.metrics.Metric):
    """Sums over one batch: `result()` is a dict of scalars, without any quotient.

    true_positive, mask_px, truth_px: pixels at `threshold`. soft_overlap, probability_sum,
    log_loss_sum: over pixels. pixels: their number. dice_sum: of the Dice of each slice with
    tumour; tumour_slices: their number. Of a probability with several channels the first counts:
    the others are of deep supervision. Pixels whose truth is below 0, not known, count nowhere.
    Worked example: truth [1, 1, 0, 0], p [.9, .4, .6, .1]
    gives true_positive 1, mask_px 2, truth_px 2, soft_overlap 1.3.
    """

    NAMES = (
        "true_positive", "mask_px", "truth_px", "soft_overlap", "probability_sum",
        "log_loss_sum", "pixels", "dice_sum", "tumour_slices",
    )  # fmt: skip

    def __init__(self, threshold: float = 0.5, name: str = "sums") -> None:
        super().__init__(name=name, dtype="float32")
        self.threshold = threshold
        self.sums = {
            total: self.add_weight(name=total, initializer="zeros") for total in self.NAMES
        }

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        known = ops.cast(y_true >= 0, "float32")
        truth = ops.maximum(ops.cast(y_true, "float32"), 0.0)
        probability = ops.cast(y_pred[..., :1], "float32") * known
        mask = ops.cast(probability >= self.threshold, "float32")
        in_slice = (1, 2, 3)
        overlap = ops.sum(truth * mask, axis=in_slice)
        in_mask, in_truth = ops.sum(mask, axis=in_slice), ops.sum(truth, axis=in_slice)
        has_tumour = ops.cast(in_truth > 0, "float32")
        dice = 2 * overlap / ops.maximum(in_mask + in_truth, 1.0)
        added = {
            "true_positive": ops.sum(overlap),
            "mask_px": ops.sum(in_mask),
            "truth_px": ops.sum(in_truth),
            "soft_overlap": ops.sum(truth * probability),
            "probability_sum": ops.sum(probability),
            # The loss is a mean over the last axis, which holds one channel: so one a pixel.
            "log_loss_sum": ops.sum(keras.losses.binary_crossentropy(truth, probability)),
            "pixels": ops.sum(known),
            "dice_sum": ops.sum(dice * has_tumour),
            "tumour_slices": ops.sum(has_tumour),
        }
        for name, value in added.items():
            self.sums[name].assign_add(value)

    def result(self) -> dict[str, Any]:
        return {name: ops.convert_to_tensor(value) for name, value in self.sums.items()}
