"""Grey images that a run also trains on: without tumour, or with one that nobody outlined.

Every image is a study of its own, as `evaluate` measures them. A fifth of the pictures is left
out by a rule, so that what is measured on them was not trained on.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from seg_core.data.batches import LabelledSlices
from seg_core.data.doubtful import doubtful_images
from seg_core.errors import ImageRefused, NothingToRead, RecipeError
from seg_core.evaluation.grey_files import GreyFile
from seg_core.evaluation.grey_set import read_grey
from seg_core.evaluation.grey_twins import picture_numbers, thumbnail
from seg_core.frames import make_frame
from seg_core.models.slice_digests import slice_digests
from seg_core.readers.image import has_image_ending
from seg_core.readers.names import is_hidden, natural_order
from seg_core.training.recipe import Recipe
from seg_core.training.run_folder import RunFolder
from seg_core.whole_files import write_whole

log = logging.getLogger(__name__)


NEGATIVES, POSITIVES = "negatives.json", "positives.json"
"""Of a run's folder: the `ImageFiles` without tumour, and of those with one somewhere."""


@dataclass(frozen=True)
class ImageFiles:
    """File name -> SHA-256 of each part. Copies of a picture are always in one part.

    pixels: file name -> digests of what was trained on, as `slice_digests` has them; none of runs
    of before, which are equal to those that know them.
    """

    trained: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    pixels: dict[str, list[str]] = field(default_factory=dict, compare=False)

    def __or__(self, other: ImageFiles) -> ImageFiles:
        return ImageFiles(
            self.trained | other.trained,
            self.left_out | other.left_out,
            self.pixels | other.pixels,
        )


@dataclass(frozen=True)
class ImagesOfAKind:
    """Images to train on, each a patient of one slice, and which file is in which part."""

    slices: list[LabelledSlices] = field(default_factory=list)
    files: ImageFiles = field(default_factory=ImageFiles)


@dataclass(frozen=True)
class LooseImages:
    """negatives: without tumour, every truth empty. positives: with one, no truth known."""

    negatives: ImagesOfAKind = field(default_factory=ImagesOfAKind)
    positives: ImagesOfAKind = field(default_factory=ImagesOfAKind)

    @property
    def files(self) -> ImageFiles:
        return self.negatives.files | self.positives.files

    def write(self, run: RunFolder) -> None:
        """Keep in the run's folder which images these are."""
        for name, kind in ((NEGATIVES, self.negatives), (POSITIVES, self.positives)):
            write_whole(run.path / name, json.dumps(asdict(kind.files), indent=1))


def read_negatives(run: RunFolder) -> ImageFiles:
    """Which images without tumour a run trained on; none where it knows of none."""
    return _read_files(run, NEGATIVES)


def read_positives(run: RunFolder) -> ImageFiles:
    """Which images with tumour somewhere a run trained on; none where it knows of none."""
    return _read_files(run, POSITIVES)


def read_loose(run: RunFolder) -> ImageFiles:
    """All images that a run trained on beside its patients."""
    return read_negatives(run) | read_positives(run)


def check_positives(recipe: Recipe, positives: Sequence[Path]) -> None:
    """Raises RecipeError where the recipe would learn nothing from them, or draw nothing else.

    A recipe that draws none names them because the run that it goes on from trained on them;
    drawn slice by slice all are, whatever their share.
    """
    if not positives or not (recipe.positive_share or recipe.draws == "slices"):
        return
    if not recipe.image_level:
        raise RecipeError(
            "image_level",
            "expected more than 0 with images whose tumour nobody outlined, received 0: nothing "
            "would be learnt from them. Set it, such as to 0.1.",
        )
    if recipe.negative_share + recipe.positive_share >= 1:
        raise RecipeError(
            "positive_share",
            f"expected less than 1 with negative_share, received {recipe.positive_share:g} and "
            f"{recipe.negative_share:g}: no patient would be drawn.",
        )


def load_loose(
    negatives: Sequence[Path],
    positives: Sequence[Path],
    recipe: Recipe,
    before: Collection[str] = (),
) -> LooseImages:
    """Every image below some folders, one part of it left out.

    As many parts as the split has folds (five unless it says otherwise), of which the one with
    the split's fold is left out. What is filed as without tumour and shows one is not trained on:
    it would teach the opposite. before: names that a run goes on with whatever they show, which
    began before that was known. Raises NothingToRead where a folder holds no image.
    """
    frame = make_frame(recipe.frame.name, recipe.network.size, recipe.network.channels)
    names, images = read_images([*negatives, *positives])
    found = LooseImages()
    if not names:
        return found
    with_tumour = {root.name for root in positives}
    pictures = picture_numbers([thumbnail(image[0]) for image in images], ["one"] * len(names))
    folds, fold = recipe.split.folds, recipe.split.fold
    for (name, digest), image, picture in zip(names.items(), images, pictures, strict=True):
        outlined = name.partition("/")[0] not in with_tumour
        kind = found.negatives if outlined else found.positives
        if picture % folds == fold - 1:
            kind.files.left_out[name] = digest
            continue
        if outlined and name not in before and (shown := doubtful_images().get(digest)):
            log.warning("not trained on: %s is filed as without tumour, but shows %s", name, shown)
            continue
        kind.files.trained[name] = digest
        kind.files.pixels[name] = sorted(slice_digests(image))
        kind.slices.append(
            LabelledSlices(
                patient=f"image {name}",
                files=(name,),
                slices=image,
                truth=np.zeros(image.shape[:3], bool),
                frame=frame.fit(image),
                outlined=outlined,
            )
        )
    return found


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
                expected="grey images",
                found="no image",
                do="Give the folder that holds them, such as notumor.",
            )
        for name in natural_order(found):
            full = f"{root.name}/{name}"
            try:
                image = read_grey(GreyFile("loose", full, root / name))
            except ImageRefused as error:
                log.warning("left out: %s", error)
                continue
            digests[full] = hashlib.sha256((root / name).read_bytes()).hexdigest()
            images.append(image)
    return digests, images


def _read_files(run: RunFolder, name: str) -> ImageFiles:
    path = run.path / name
    return ImageFiles(**json.loads(path.read_text())) if path.is_file() else ImageFiles()
