"""Grey images without tumour that a run also trains on. It reads no mask: all of them are empty.

Every image is a study of its own, as `evaluate` measures them. A fifth of the pictures is left
out by a rule, so that what is measured on them was not trained on.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from seg_core.data.batches import LabelledSlices
from seg_core.errors import ImageRefused, NothingToRead
from seg_core.evaluation.grey_files import GreyFile
from seg_core.evaluation.grey_set import read_grey
from seg_core.evaluation.grey_twins import picture_numbers, thumbnail
from seg_core.frames import make_frame
from seg_core.models.slice_digests import slice_digests
from seg_core.readers.image import has_image_ending
from seg_core.readers.names import is_hidden, natural_order
from seg_core.training.recipe import Recipe
from seg_core.training.run_folder import RunFolder

log = logging.getLogger(__name__)


FILE = "negatives.json"
"""Of a run's folder: its `NegativeFiles`."""


@dataclass(frozen=True)
class NegativeFiles:
    """File name -> SHA-256 of each part. Copies of a picture are always in one part.

    pixels: file name -> digests of what was trained on, as `slice_digests` has them; none of runs
    of before, which are equal to those that know them.
    """

    trained: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    pixels: dict[str, list[str]] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Negatives:
    """Images to train on, each a patient of one slice, and which file is in which part."""

    slices: tuple[LabelledSlices, ...] = ()
    files: NegativeFiles = field(default_factory=NegativeFiles)


def read_negatives(run: RunFolder) -> NegativeFiles:
    """Which images without tumour a run trained on; none where it knows of none."""
    path = run.path / FILE
    return NegativeFiles(**json.loads(path.read_text())) if path.is_file() else NegativeFiles()


def load_negatives(roots: Sequence[Path], recipe: Recipe) -> Negatives:
    """Every image below some folders, one part of it left out.

    As many parts as the split has folds (five unless it says otherwise), of which the one with
    the split's fold is left out. Raises NothingToRead where a folder holds no image.
    """
    frame = make_frame(recipe.frame.name, recipe.network.size, recipe.network.channels)
    names, images = read_images(roots)
    if not names:
        return Negatives()
    pictures = picture_numbers([thumbnail(image[0]) for image in images], ["negative"] * len(names))
    folds, fold = recipe.split.folds, recipe.split.fold
    files = NegativeFiles()
    slices = []
    for (name, digest), image, picture in zip(names.items(), images, pictures, strict=True):
        if picture % folds == fold - 1:
            files.left_out[name] = digest
            continue
        files.trained[name] = digest
        files.pixels[name] = sorted(slice_digests(image))
        slices.append(
            LabelledSlices(
                patient=f"negative {name}",
                files=(name,),
                slices=image,
                truth=np.zeros(image.shape[:3], bool),
                frame=frame.fit(image),
            )
        )
    return Negatives(tuple(slices), files)


def read_images(roots: Sequence[Path]) -> tuple[dict[str, str], list[np.ndarray]]:
    """(name -> SHA-256, images uint8 or uint16 (1, h, w, 1)); what cannot be read is logged.

    Raises NothingToRead where a folder holds no image, or two have one name.
    """
    digests: dict[str, str] = {}
    images = []
    named: dict[str, Path] = {}
    for root in roots:
        other = named.setdefault(root.name, root)
        if other != root:
            raise NothingToRead(
                str(root),
                expected="folders of different names",
                found=f"{other} as well",
                do="Their images could not be told apart. Give the folder that holds both.",
            )
    for root in roots:
        found = [
            path.relative_to(root).as_posix()
            for path in root.rglob("*")
            if has_image_ending(path.name) and not is_hidden(path.name)
        ]
        if not found:
            raise NothingToRead(
                str(root),
                expected="grey images without tumour",
                found="no image",
                do="Give the folder that holds them, such as notumor.",
            )
        for name in natural_order(found):
            full = f"{root.name}/{name}"
            try:
                image = read_grey(GreyFile("negative", full, root / name))
            except ImageRefused as error:
                log.warning("left out: %s", error)
                continue
            digests[full] = hashlib.sha256((root / name).read_bytes()).hexdigest()
            images.append(image)
    return digests, images
