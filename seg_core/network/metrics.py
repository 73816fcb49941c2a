"""The figures of a training epoch, summed on the device. Reported numbers come from seg_core.metrics."""

from __future__ import annotations

import keras
from keras import ops

from seg_core.network.losses import EPSILON, binary_cross_entropy


class EpochFigures(keras.metrics.Metric):
    """Precision, recall, F1, soft Dice over all pixels, mean Dice of the tumour slices, BCE.

    `result()` is a dict of scalars. F1 is that of the binary mask at `threshold`, over all
    pixels seen since the reset; `dice` is the mean over slices whose truth holds tumour.
    Worked example: truth [1, 1, 0, 0], p [.9, .4, .6, .1]: precision = recall = F1 = 1/2,
    soft Dice = 2 x 1.3 / 4.
    """

    SUMS = (
        "true_positive", "mask", "truth", "soft_overlap", "probability",
        "slice_dice", "tumour_slices", "log_loss", "batches",
    )  # fmt: skip

    def __init__(self, threshold: float = 0.5, name: str = "figures") -> None:
        super().__init__(name=name, dtype="float32")
        self.threshold = threshold
        for total in self.SUMS:
            setattr(self, total, self.add_weight(name=total, initializer="zeros"))

    def update_state(self, y_true, y_pred, sample_weight=None):  # type: ignore[no-untyped-def]  # Keras tensors have no type
        truth = ops.cast(y_true, "float32")
        probability = ops.cast(y_pred, "float32")
        mask = ops.cast(probability >= self.threshold, "float32")
        pixels = (1, 2, 3)
        overlap = ops.sum(truth * mask, axis=pixels)
        in_mask, in_truth = ops.sum(mask, axis=pixels), ops.sum(truth, axis=pixels)
        has_tumour = ops.cast(in_truth > 0, "float32")
        dice = 2 * overlap / ops.maximum(in_mask + in_truth, 1.0)
        self.true_positive.assign_add(ops.sum(overlap))
        self.mask.assign_add(ops.sum(in_mask))
        self.truth.assign_add(ops.sum(in_truth))
        self.soft_overlap.assign_add(ops.sum(truth * probability))
        self.probability.assign_add(ops.sum(probability))
        self.slice_dice.assign_add(ops.sum(dice * has_tumour))
        self.tumour_slices.assign_add(ops.sum(has_tumour))
        self.log_loss.assign_add(binary_cross_entropy(truth, probability))
        self.batches.assign_add(1.0)

    def result(self):  # type: ignore[no-untyped-def]  # Keras tensors have no type
        def share(part, whole):  # type: ignore[no-untyped-def]  # Keras tensors have no type
            return part / ops.maximum(whole, EPSILON)

        return {
            "bce": share(self.log_loss, self.batches),
            "precision": share(self.true_positive, self.mask),
            "recall": share(self.true_positive, self.truth),
            "f1": share(2 * self.true_positive, self.mask + self.truth),
            "soft_dice": share(2 * self.soft_overlap, self.probability + self.truth),
            "dice": share(self.slice_dice, self.tumour_slices),
        }
