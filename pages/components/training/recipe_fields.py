"""The recipe's fields as the form shows them: names, kinds and help. It draws nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["integer", "number", "small", "choice"]


@dataclass(frozen=True)
class Field:
    """One field. name: dotted, as in the recipe; kind `small` is written as 1e-3.

    empty: what stands in the field while it has no value, where the recipe allows none.
    """

    name: str
    label: str
    kind: Kind
    help: str
    options: tuple[str, ...] = ()
    step: float = 1
    empty: str = ""


GROUPS: dict[str, tuple[Field, ...]] = {
    "Length": (
        Field("epochs", "Epochs", "integer", "At most; early stopping may end the run before."),
        Field(
            "steps_per_epoch", "Steps an epoch", "integer",
            "Batches an epoch; left empty, an epoch goes through every slice once.",
            step=10, empty="all slices",
        ),
        Field("batch_size", "Batch size", "integer", "Slices a step."),
        Field("seed", "Seed", "integer", "Of weights, order, augmentation and dropout."),
    ),
    "Optimiser": (
        Field("learning_rate", "Learning rate", "small", "Of Adam.", step=1e-4),
        Field(
            "schedule", "Schedule", "choice",
            "Constant, or a cosine down to nothing over all epochs.", ("constant", "cosine"),
        ),
        Field("warmup_steps", "Warm-up steps", "integer", "Steps from 0 to the learning rate."),
        Field(
            "loss", "Loss", "choice", "Binary cross-entropy, soft Dice, or their sum.",
            ("bce", "dice", "bce+dice"),
        ),
        Field(
            "precision", "Arithmetic", "choice",
            "mixed_bfloat16 where the device is faster with it: a recent GPU.",
            ("float32", "mixed_bfloat16"),
        ),
    ),
    "Early stopping": (
        Field(
            "early_stopping.monitor", "Watched figure", "choice",
            "Of the validation patients; the best epoch is chosen by it.",
            ("soft_dice", "loss", "bce", "precision", "recall", "f1", "dice"),
        ),
        Field(
            "early_stopping.mode", "Better is", "choice", "max: more is better; min: less is.",
            ("max", "min"),
        ),
        Field(
            "early_stopping.patience", "Patience", "integer",
            "Epochs without improvement before the run ends.",
        ),
        Field(
            "early_stopping.start_epoch", "Counts from epoch", "integer",
            "Earlier epochs neither count as best nor use up patience.",
        ),
    ),
    "Network": (
        Field("network.filters", "Filters", "integer", "Of the first block; doubled a level."),
        Field("network.depth", "Depth", "integer", "How often the network halves the slice."),
        Field("network.convolutions", "Convolutions a block", "integer", "3 x 3 each."),
        Field(
            "network.dropout", "Dropout", "number", "Share of features dropped, 0 to 1.", step=0.05
        ),
        Field(
            "network.normalisation", "Normalisation", "choice", "After each convolution.",
            ("batch", "none"),
        ),
        Field(
            "network.size", "Input size", "integer",
            "Side of the square that slices are fitted to, in pixels.", step=32,
        ),
    ),
    "Augmentation": (
        Field("augmentation.flip", "Flip", "number", "Chance of left for right.", step=0.1),
        Field("augmentation.rotation", "Rotation", "number", "Degrees either way.", step=5),
        Field("augmentation.scale", "Scale", "number", "Share larger or smaller.", step=0.05),
        Field("augmentation.shift", "Shift", "number", "Share of the side.", step=0.05),
        Field("augmentation.contrast", "Contrast", "number", "Share, a channel.", step=0.05),
        Field("augmentation.brightness", "Brightness", "number", "Share, a channel.", step=0.05),
    ),
}  # fmt: skip

SPLIT_FIELDS = (
    Field(
        "split.kind", "Split by", "choice",
        "By patient: no patient is in two parts. By slice, as in the paper: its figures leak.",
        ("patient", "slice"),
    ),
    Field("split.validation", "Validation share", "number", "Stops training, picks the best.",
          step=0.05),
    Field("split.test", "Test share", "number", "Judges the model; training never looks at it.",
          step=0.05),
    Field("split.seed", "Split seed", "integer", "The same seed makes the same split."),
)  # fmt: skip

ALL_FIELDS = tuple(field for group in GROUPS.values() for field in group) + SPLIT_FIELDS
