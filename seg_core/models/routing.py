"""Which released model reads a study when nobody chose one. It loads no network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from seg_core.errors import ModelError
from seg_core.models.card import InputKind
from seg_core.models.registry import ReleasedModel
from seg_core.study import Study, value_range

PREFERRED: dict[InputKind, str] = {
    "differing": "second-reader",
    "grey": "second-reader-flair",
    "loose": "second-reader-flair",
}

KINDS: dict[InputKind, str] = {
    "differing": "studies of three channels",
    "grey": "studies of one channel",
    "loose": "loose grey images",
}

FEWEST_SLICES = 8
"""Grey slices that make a study; fewer are loose images."""

LOOSE_ENDINGS = (".jpg", ".jpeg")
"""Grey images in these come from collections of pictures, whatever their number."""

LAST_RESORT = "paper-unet"

GREY_TOLERANCE = 1.0 / 255.0
"""Mean difference of two channels, as a share of the values' range, up to which they count as
equal: an RGB JPEG of a grey image differs by rounding alone."""


def input_kind(study: Study) -> InputKind:
    """What is in a study. A file's ending tells loose images from slices, not its pixels."""
    kind = kind_of_slices(study.slices)
    few = len(study) < FEWEST_SLICES
    loose = few or any(name.lower().endswith(LOOSE_ENDINGS) for name in study.files)
    return "loose" if kind == "grey" and loose else kind


def kind_of_slices(slices: np.ndarray) -> InputKind:
    """`grey` for one channel or three equal ones of uint8 or uint16 (n, h, w, 1 or 3).

    `differing` otherwise.
    """
    if slices.shape[-1] == 1:
        return "grey"
    return "differing" if _differ(slices, GREY_TOLERANCE * value_range(slices)) else "grey"


def route(study: Study, models: Sequence[ReleasedModel]) -> ReleasedModel:
    """The newest model for the study's kind of input.

    paper-unet steps in where the preferred one is not released, and the only
    released model takes all. Raises ModelError when nothing fits.
    """
    names = {model.name for model in models}
    wanted = [PREFERRED[input_kind(study)], LAST_RESORT]
    if len(names) == 1:
        wanted += names
    for name in wanted:
        versions = [model for model in models if model.name == name]
        if versions:
            return max(versions, key=lambda model: int(model.version))
    there = ", ".join(sorted(names)) or "no released model at all"
    raise ModelError(
        f"{study.name}: expected a released model called {' or '.join(wanted)}, found {there}. "
        "Name one with --model, or release one with `python -m seg_core release RUN --name NAME`."
    )


def default_words(name: str) -> str:
    """What a further version of a model called `name` will change for everybody, or "".

    The newest version of a preferred name reads wherever nobody chose a model.
    """
    kinds = [KINDS[kind] for kind, preferred in PREFERRED.items() if preferred == name]
    if not kinds:
        return ""
    return (
        f"The newest {name} reads {' and '.join(kinds)} wherever nobody chooses a model. Earlier "
        "versions stay and can be chosen; a version's folder taken away is no longer the newest."
    )


def default_first(models: Sequence[ReleasedModel]) -> list[ReleasedModel]:
    """The models that read when nobody chose one, then the others by name; newest first."""
    order = list(dict.fromkeys(PREFERRED.values()))

    def place(model: ReleasedModel) -> tuple[int, str, int]:
        rank = order.index(model.name) if model.name in order else len(order)
        return rank, model.name, -int(model.version)

    return sorted(models, key=place)


def _differ(slices: np.ndarray, tolerance: float) -> bool:
    """Whether a channel's mean absolute difference from the first one is above `tolerance`.

    slices: (n, h, w, 3). A slice at a time keeps the memory at one slice; sums only grow, so that
    the first slices of a study whose channels differ say it for all.
    """
    sums = np.zeros(slices.shape[-1])
    for image in slices:
        planes = np.ascontiguousarray(np.moveaxis(image, -1, 0))  # quicker by plane than by pixel
        first = planes[0]
        for c, plane in enumerate(planes[1:], 1):
            apart = np.maximum(first, plane) - np.minimum(first, plane)  # unsigned: never below 0
            sums[c] += apart.sum(dtype=np.int64) / first.size
        if sums.max() > tolerance * len(slices):
            return True
    return False
