"""The slices of a run: data sets opened, split, and parted. It augments nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from seg_core.data.batches import LabelledSlices, labelled
from seg_core.data.split import Split, make_split
from seg_core.errors import NothingToRead, RecipeError, SplitError
from seg_core.frames import make_frame
from seg_core.models.seen import one_patients
from seg_core.models.slice_digests import slice_digests
from seg_core.readers import find_studies
from seg_core.study import Skipped
from seg_core.training.few_names import few_names
from seg_core.training.recipe import Recipe

log = logging.getLogger(__name__)

OnLeftOut = Callable[[Skipped], None]
"""Called with each patient and each `patient/file` that could not be read."""


def load_patients(
    data: Sequence[Path],
    recipe: Recipe,
    on_left_out: OnLeftOut = lambda skipped: None,
    *,
    to_train: bool = False,
) -> list[LabelledSlices]:
    """All patients of some data sets, their slices with known truth, as bytes in memory.

    to_train: with what only training looks at, the other channels of a network of FLAIR alone.
    Patients without a readable slice or without a mask are left out, and the log says so.
    Raises NothingToRead when no patient is left, SplitError when one is in two data sets or there
    under two names, RecipeError when a patient's channels do not fit the network.
    """
    frame = make_frame(recipe.frame.name, recipe.network.size, recipe.network.channels)
    others = to_train and _wants_others(recipe)
    patients: dict[str, LabelledSlices] = {}
    known: dict[str, str] = {}
    sizes: dict[str, int] = {}
    without_masks: list[str] = []
    for root in data:
        for source in find_studies(root):
            try:
                study = source.open()
            except NothingToRead as error:  # one bad folder does not hold up the others
                log.warning("left out: %s", error)
                on_left_out(Skipped(source.name, error.reason))
                continue
            for skipped in study.skipped:
                on_left_out(Skipped(f"{study.name}/{skipped.file}", skipped.reason))
            group = labelled(study, frame, others=others)
            if group.patient in patients:
                raise SplitError(
                    f"{root}: patient {group.patient} is in another data set too. One patient "
                    "in two parts would leak; take it out of one."
                )
            if group.files:
                _check_channels(group, recipe)
                digests = slice_digests(study.slices)
                twin = one_patients(digests, known, sizes)
                if twin is not None:
                    raise SplitError(
                        f"{root}: patients {twin} and {group.patient} hold the same slices. One "
                        "patient in two parts would leak; take one of them out."
                    )
                known |= dict.fromkeys(digests, group.patient)
                sizes[group.patient] = len(digests)
                patients[group.patient] = group
            else:
                without_masks.append(group.patient)
    if not patients:
        raise _nobody_left(data, without_masks)
    if without_masks:
        log.warning(
            "left out: %d patients without masks: %s", len(without_masks), few_names(without_masks)
        )
    return list(patients.values())


def split_of(patients: Sequence[LabelledSlices], recipe: Recipe) -> Split:
    """The split that the recipe asks for, of these patients. Raises SplitError."""
    files = {group.patient: group.files for group in patients}
    split = make_split(files, recipe.split, {g.patient: int(g.truth.sum()) for g in patients})
    if split.protocol and split.protocol.absent:
        log.warning(
            "%d of the %s folds' patients are not in the data; split.json names them",
            len(split.protocol.absent), split.protocol.name,
        )  # fmt: skip
    return split


def part(patients: Sequence[LabelledSlices], split: Split, name: str) -> list[LabelledSlices]:
    """The slices of `train`, `validation` or `test`; patients without any are left out.

    Patients that are wholly in the part are handed on as they are; of others, copies are made.
    """
    chosen = []
    for group in patients:
        keep = np.array([split.holds(name, group.patient, file) for file in group.files])
        if keep.all():
            chosen.append(group)
        elif keep.any():
            chosen.append(
                replace(
                    group,
                    files=tuple(f for f, k in zip(group.files, keep, strict=True) if k),
                    slices=group.slices[keep],
                    truth=group.truth[keep],
                )
            )
    return chosen


def _nobody_left(data: Sequence[Path], without_masks: Sequence[str]) -> NothingToRead:
    found = f"{len(without_masks)} without: {few_names(without_masks)}" if without_masks else "none"
    return NothingToRead(
        ", ".join(map(str, data)),
        expected="at least one patient whose slices have masks",
        found=found,
        do="Lay NAME_1_mask.tif beside NAME_1.tif, or name another data set.",
    )


def _check_channels(group: LabelledSlices, recipe: Recipe) -> None:
    found = group.frame.to_network(group.slices[:1]).shape[-1]
    if found != recipe.network.channels:
        raise RecipeError(
            "network.channels",
            f"expected {found}, as patient {group.patient} has, received {recipe.network.channels}",
        )


def _wants_others(recipe: Recipe) -> bool:
    """Whether a network of FLAIR alone is to see the other channels too."""
    augmentation = recipe.augmentation
    return recipe.network.channels == 1 and bool(augmentation and augmentation.other_channel)
