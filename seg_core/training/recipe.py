"""The settings of a run, and the named recipes. It starts nothing and imports no Keras."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from seg_core.data.augmentation import AugmentationSettings
from seg_core.data.draws import Draws
from seg_core.data.split import SplitSettings
from seg_core.errors import RecipeError
from seg_core.network.efficient_settings import EfficientUnetSettings
from seg_core.network.settings import NETWORK_KINDS, NetworkSettings, UnetSettings


class FrameSettings(BaseModel):
    """Name of the frame; its size is the network's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Literal["resize", "brain"] = "resize"


def better_of(monitor: str) -> Literal["min", "max"]:
    """Whether less or more of a validation figure is better."""
    return "min" if monitor in ("loss", "bce") else "max"


class EarlyStopping(BaseModel):
    """When to stop, and which epoch is the best.

    monitor: a validation figure; mode: whether more or less of it is better.
    patience: epochs without improvement before the run ends.
    start_epoch: epochs before this one neither count as best nor use up patience, so that
        the wandering of the first epochs decides nothing.
    minimum_change: an improvement smaller than this is none.
    keep: `best` by these rules; `last` keeps the last epoch and runs them all, whatever the
        validation patients say.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    monitor: Literal["loss", "bce", "precision", "recall", "f1", "soft_dice", "dice"] = "soft_dice"
    mode: Literal["min", "max"] = "max"
    patience: int = Field(10, ge=1)
    start_epoch: int = Field(5, ge=1)
    minimum_change: float = Field(0.0, ge=0)
    keep: Literal["best", "last"] = "best"


class Recipe(BaseModel):
    """The settings of one run; the defaults are the recipe `paper`.

    steps_per_epoch: batches an epoch; None goes through every slice once.
    schedule: `constant`, or `cosine` from `learning_rate` to nothing over all epochs.
    warmup_steps: steps over which the learning rate rises from zero.
    encoder_rate: of the learning rate, the share by which a pretrained encoder moves; without one
        it changes nothing.
    optimizer: `adamw` takes `weight_decay` off every weight at each step.
    gradient_norm: to which the gradient of all weights together is cut; None cuts nothing.
    averaging: weights that are judged and kept are the mean over the steps, each step fading by
        this factor; 0 keeps the last step's.
    begun_share: of the weights that are kept, how much is of the run that this one began with,
        moving means and variances too; the figures while training are without it.
    draws: `slices` goes through every slice once an epoch; `patients` draws each patient equally
        often, and slices with much tumour more often.
    image_level: weight, beside the loss, of slices as images that hold tumour or none; without it
        a run takes no images with a tumour that nobody outlined. An epoch's loss leaves it out.
    negative_share, positive_share: shares of the draws by `patients` that images without tumour
        get, and those with one that nobody outlined, where the run has any.
    precision: `mixed_bfloat16` where the device is faster with it.
    pictures: validation slices drawn after each epoch.
    pixel_threshold: of the binary figures while training.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = "paper"
    epochs: int = Field(100, ge=1, le=100_000)
    steps_per_epoch: int | None = Field(None, ge=1)
    batch_size: int = Field(16, ge=1, le=1024)
    learning_rate: float = Field(1e-3, gt=0, le=1)
    encoder_rate: float = Field(1.0, gt=0, le=1)
    schedule: Literal["constant", "cosine"] = "constant"
    warmup_steps: int = Field(0, ge=0)
    optimizer: Literal["adam", "adamw"] = "adam"
    weight_decay: float = Field(0.0, ge=0, lt=1)
    gradient_norm: float | None = Field(None, gt=0)
    averaging: float = Field(0.0, ge=0, lt=1)
    begun_share: float = Field(0.0, ge=0, lt=1)
    loss: Literal["bce", "dice", "bce+dice"] = "bce"
    draws: Draws = "slices"
    image_level: float = Field(0.0, ge=0, le=10)
    negative_share: float = Field(0.2, ge=0, lt=1)
    positive_share: float = Field(0.15, ge=0, lt=1)
    precision: Literal["float32", "mixed_bfloat16"] = "float32"
    seed: int = Field(0, ge=0, lt=2**31)
    pixel_threshold: float = Field(0.5, gt=0, lt=1)
    pictures: int = Field(4, ge=0, le=32)
    frame: FrameSettings = FrameSettings()
    network: NetworkSettings = UnetSettings()
    augmentation: AugmentationSettings | None = AugmentationSettings()
    early_stopping: EarlyStopping = EarlyStopping()
    split: SplitSettings = SplitSettings()

    def changed(self, settings: Mapping[str, Any]) -> Recipe:
        """A copy with `settings`, whose names may reach inside: {"network.filters": 8}.

        Raises RecipeError that names the field.
        """
        values = self.model_dump()
        for dotted, value in settings.items():
            *path, last = dotted.split(".")
            place: Any = values
            for name in path:
                place = place.get(name)
                if not isinstance(place, dict):
                    raise RecipeError(dotted, f"there is no such setting in recipe {self.name!r}")
            if last not in place:
                raise RecipeError(dotted, f"there is no such setting; here are {', '.join(place)}")
            place[last] = value
        return _checked(values)

    def learning_rate_at(self, step: int, total: int) -> float:
        """The learning rate of `step` (from 0) of `total` steps in the whole run."""
        warm = min(1.0, (step + 1) / self.warmup_steps) if self.warmup_steps else 1.0
        if self.schedule == "constant":
            return self.learning_rate * warm
        return self.learning_rate * warm * 0.5 * (1 + math.cos(math.pi * min(1.0, step / total)))


SECOND_READER = Recipe(
    name="second-reader",
    epochs=16,
    learning_rate=1e-3,
    schedule="cosine",
    warmup_steps=100,
    optimizer="adamw",
    weight_decay=1e-3,
    gradient_norm=1.0,
    averaging=0.995,
    loss="bce+dice",
    draws="patients",
    frame=FrameSettings(name="brain"),
    network=EfficientUnetSettings(),
    augmentation=AugmentationSettings(
        rotation=20, scale=0.2, shift=0.06, contrast=0.2, brightness=0.1,
        gamma=0.3, blur=0.15, noise=0.2, substitute=0.04,
    ),
    early_stopping=EarlyStopping(keep="last"),
)  # fmt: skip
"""A U-Net on a pretrained EfficientNet-Lite0, for three channels (EXPERIMENTS.md)."""

SECOND_READER_FINER = SECOND_READER.model_copy(
    update={
        "name": "second-reader-finer",
        "epochs": 5,
        "learning_rate": 5e-4,
        "warmup_steps": 50,
        "begun_share": 0.5,
        "network": EfficientUnetSettings(size=224),
        "augmentation": AugmentationSettings(
            rotation=20, scale=0.2, shift=0.06, contrast=0.2, brightness=0.1,
            gamma=0.3, bias_field=0.5, blur=0.15, noise=0.2, coarse=0.1, substitute=0.1,
        ),
    }
)  # fmt: skip
"""What a run of `second-reader` goes on with, in a finer square (`train --begin-with`)."""

SECOND_READER_FLAIR = SECOND_READER.model_copy(
    update={
        "name": "second-reader-flair",
        "epochs": 12,
        "network": EfficientUnetSettings(channels=1),
        "augmentation": AugmentationSettings(
            rotation=20, scale=0.2, shift=0.06, contrast=0.2, brightness=0.1,
            gamma=0.4, blur=0.15, noise=0.2, coarse=0.2, compression=0.3,
            other_channel=0.25, pasted=0.5,
        ),
    }
)  # fmt: skip
"""The same for FLAIR alone, and for grey images: they come coarser, compressed and brighter, are
seldom FLAIR, and must not be told from those with tumour by the file they come from."""

SECOND_READER_FLAIR_FINER = SECOND_READER_FINER.model_copy(
    update={
        "name": "second-reader-flair-finer",
        "image_level": 0.1,
        "negative_share": 0.15,
        "network": EfficientUnetSettings(size=224, channels=1),
        "augmentation": AugmentationSettings(
            rotation=20, scale=0.2, shift=0.06, contrast=0.2, brightness=0.1,
            gamma=0.4, bias_field=0.5, blur=0.15, noise=0.2, coarse=0.2, compression=0.3,
            other_channel=0.25, pasted=0.5,
        ),
    }
)  # fmt: skip
"""What a run of `second-reader-flair` goes on with, in a finer square, and where it is told of
grey images with a tumour that nobody outlined (`train --positives`)."""

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe(),
        SECOND_READER,
        SECOND_READER_FINER,
        SECOND_READER_FLAIR,
        SECOND_READER_FLAIR_FINER,
    )
}
"""The named recipes."""


def recipe_named(name: str) -> Recipe:
    """The recipe called `name`. Raises RecipeError that lists what there is."""
    try:
        return RECIPES[name]
    except KeyError:
        raise RecipeError(
            "recipe", f"expected one of {', '.join(RECIPES)}, received {name!r}"
        ) from None


def parse_settings(assignments: Iterable[str]) -> dict[str, Any]:
    """{"epochs": 3} of ["epochs=3"]; values are JSON where they can be, else plain words."""
    parsed: dict[str, Any] = {}
    for assignment in assignments:
        name, sign, text = assignment.partition("=")
        if not sign or not name.strip():
            raise RecipeError(assignment, "expected key=value, such as epochs=20")
        try:
            parsed[name.strip()] = json.loads(text)
        except json.JSONDecodeError:
            parsed[name.strip()] = text.strip()
    return parsed


def _checked(values: dict[str, Any]) -> Recipe:
    try:
        return Recipe.model_validate(values)
    except ValidationError as error:
        (field, words), *others = (_wrong(one) for one in error.errors())
        also = "".join(f". {name}: {said}" for name, said in others)
        raise RecipeError(field, words + also) from None


def _wrong(error: Any) -> tuple[str, str]:
    """(setting, what is wrong with it), of one of pydantic's errors."""
    # pydantic names the kind of network as a level of its own; a recipe has none there
    named = [str(part) for part in error["loc"] if part not in NETWORK_KINDS]
    said = error["msg"].replace("Input should be", "expected to be")
    return ".".join(named) or "recipe", f"{said}, received {error['input']!r}"


def check_monitor(recipe: Recipe) -> None:
    """Raises RecipeError where the worst epoch would be taken for the best."""
    rules = recipe.early_stopping
    better = better_of(rules.monitor)
    if rules.keep == "best" and rules.mode != better:
        raise RecipeError(
            "early_stopping.mode",
            f"expected {better} with monitor {rules.monitor}, received {rules.mode}: the worst "
            f"epoch would be kept. Set early_stopping.mode to {better}.",
        )
