"""What the form says of settings that it knows by name. A setting it does not know is shown too.

Labels, help and order for the eye; which settings there are is for the recipe to say.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Of one setting. step: of its plus and minus; empty: what stands there without a value."""

    label: str
    help: str
    step: float = 0
    empty: str = ""


GROUPS: dict[str, tuple[str, ...]] = {
    "Length": ("epochs", "steps_per_epoch", "batch_size", "seed", "draws"),
    "Optimiser": (
        "learning_rate", "schedule", "warmup_steps", "loss", "precision", "optimizer",
        "encoder_rate", "weight_decay", "gradient_norm", "averaging", "begun_share",
    ),
    "Early stopping": ("early_stopping.",),
    "Network": ("network.", "frame."),
    "Augmentation": ("augmentation", "augmentation."),
    "Further": (),
}  # fmt: skip
"""Where a setting stands: by its name, or by what its name begins with; the first that fits."""

KNOWN: dict[str, Words] = {
    "epochs": Words("Epochs", "At most; early stopping may end the run before."),
    "steps_per_epoch": Words(
        "Steps an epoch", "Batches an epoch; left empty, an epoch goes through every slice once.",
        step=10, empty="all slices",
    ),
    "batch_size": Words("Batch size", "Slices a step, over all devices of the run."),
    "seed": Words("Seed", "Of weights, order, augmentation and dropout."),
    "learning_rate": Words("Learning rate", "Of Adam.", step=1e-4),
    "encoder_rate": Words(
        "Encoder's rate", "Of the learning rate, for a pretrained encoder alone.", 0.05
    ),
    "schedule": Words("Schedule", "Constant, or a cosine down to nothing over all epochs."),
    "warmup_steps": Words("Warm-up steps", "Steps from 0 to the learning rate."),
    "loss": Words("Loss", "Binary cross-entropy, soft Dice, or their sum."),
    "optimizer": Words("Optimiser", "adamw takes the weight decay off every weight at each step."),
    "weight_decay": Words("Weight decay", "Share of each weight, with adamw.", 1e-4),
    "averaging": Words(
        "Averaging",
        "Weights that are judged and kept are the mean over the steps, each fading by this factor; "
        "0 keeps the last step's.", step=0.001,
    ),
    "begun_share": Words(
        "Kept of the beginning",
        "Of the weights that are kept, the share of the run that this one begins with.", step=0.05,
    ),
    "image_level": Words(
        "Weight of whole images",
        "Beside the loss, of slices as images that hold tumour or none; above 0, images with a "
        "tumour that nobody outlined can be trained on too.", step=0.05,
    ),
    "negative_share": Words(
        "Share of images without tumour", "Of the draws by patients, where there are any.", 0.05
    ),
    "positive_share": Words(
        "Share of images not outlined", "Of the draws by patients, where there are any.", 0.05
    ),
    "precision": Words(
        "Arithmetic",
        "mixed_bfloat16 where the device is faster with it. *Measure* tells, above.",
    ),
    "pixel_threshold": Words("Pixel threshold", "Of the binary figures while training.", step=0.05),
    "pictures": Words("Pictures", "Validation slices drawn after each epoch."),
    "early_stopping.monitor": Words(
        "Watched figure", "Of the validation patients; the best epoch is chosen by it."
    ),
    "early_stopping.mode": Words("Better is", "max: more is better; min: less is."),
    "early_stopping.patience": Words(
        "Patience", "Epochs without improvement before the run ends."
    ),
    "early_stopping.start_epoch": Words(
        "Counts from epoch", "Earlier epochs neither count as best nor use up patience."
    ),
    "early_stopping.minimum_change": Words(
        "Smallest gain", "An improvement smaller than this is none.", step=0.001
    ),
    "network.filters": Words("Filters", "Of the first block; doubled a level."),
    "network.depth": Words("Depth", "How often the network halves the slice."),
    "network.convolutions": Words("Convolutions a block", "3 x 3 each."),
    "network.dropout": Words("Dropout", "Share of features dropped, 0 to 1.", step=0.05),
    "network.normalisation": Words("Normalisation", "After each convolution."),
    "network.size": Words(
        "Input size", "Side of the square that slices are fitted to, in pixels.", step=32
    ),
    "frame.name": Words("Frame", "How a slice becomes the network's input, and back."),
    "augmentation": Words("Change slices and their masks at random, moved as one", ""),
    "augmentation.flip": Words("Flip", "Chance of left for right.", step=0.1),
    "augmentation.rotation": Words("Rotation", "Degrees either way.", step=5),
    "augmentation.scale": Words("Scale", "Share larger or smaller.", step=0.05),
    "augmentation.shift": Words("Shift", "Share of the side.", step=0.05),
    "augmentation.contrast": Words("Contrast", "Share, a channel.", step=0.05),
    "augmentation.brightness": Words("Brightness", "Share, a channel.", step=0.05),
    "split.kind": Words(
        "Split by",
        "By patient: no patient is in two parts. By folds: of patients; one fold is the test "
        "part. By slice, as in the paper: its figures leak.",
    ),
    "split.validation": Words("Validation share", "Stops training, picks the best.", step=0.05),
    "split.test": Words(
        "Test share", "Judges the model; training never looks at it.", step=0.05
    ),
    "split.seed": Words("Split seed", "The same seed makes the same split."),
    "split.fold": Words("Test fold", "The fold that training never looks at, from 1."),
    "split.folds": Words("Folds", "How many there are; a protocol's file has a number of its own."),
    "split.file": Words(
        "Folds from",
        "Who is in which fold: a protocol that comes with the app, or a JSON file beside the data "
        "sets, made with `data folds`. Without one, folds are dealt from the chosen data.",
        empty="the data at hand",
    ),
}  # fmt: skip
