"""An evaluation of images by class as it lies in its folder: what it holds, its tables, read back.

It measures nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from seg_core.errors import InputError
from seg_core.evaluation.csv_table import csv_text, read_rows
from seg_core.evaluation.grey_figures import LEAST_PX, shares
from seg_core.evaluation.grey_set import MeasuredImage
from seg_core.study import Skipped

GREY, IMAGES, SHARES = "grey.json", "images.csv", "shares.csv"
PICTURES, REPORT, FOLDER = "pictures.csv", "report.html", "pictures"

IMAGE_COLUMNS = (
    "class", "file", "height", "width", "mask_px", "strongest_probability", "fiftieth_probability",
    "picture",
)  # fmt: skip


@dataclass(frozen=True)
class GreyEvaluation:
    """One network on images by class.

    threshold: the network's own pixel threshold, at which mask_px was counted.
    refused: files that could not be read, in no share; made: when, ISO 8601 in UTC.
    seen: images that the training looked at, or copies of such.
    """

    subject: str
    weights: str
    engine: str
    threshold: float
    data: tuple[str, ...]
    classes: tuple[str, ...]
    made: str
    refused: tuple[Skipped, ...] = ()
    seen: int = 0


@dataclass(frozen=True)
class GreyPicture:
    """A picture, a PNG: of one image, or of a class's samples together."""

    kind: str
    class_name: str
    words: str
    path: Path


@dataclass(frozen=True)
class StoredGrey:
    """What a folder holds; pictures are empty where it has none."""

    folder: Path
    evaluation: GreyEvaluation
    images: tuple[MeasuredImage, ...]
    pictures: tuple[GreyPicture, ...]

    @property
    def report(self) -> Path | None:
        """The whole report in one file, where there is one."""
        path = self.folder / REPORT
        return path if path.is_file() else None


def read_grey(folder: Path) -> StoredGrey:
    """Read a folder back. Raises InputError for one that is not whole."""
    evaluation = read_head(folder)
    try:
        images = tuple(
            MeasuredImage(
                row["class"], row["file"], int(row["height"]), int(row["width"]),
                int(row["mask_px"]), _float32(row["strongest_probability"]),
                _float32(row["fiftieth_probability"]), int(row["picture"]),
            )
            for row in read_rows(folder / IMAGES)
        )  # fmt: skip
        pictures = _pictures(folder)
    except (OSError, KeyError, ValueError) as error:
        raise _damaged(folder, error) from error
    return StoredGrey(folder, evaluation, images, pictures)


def read_head(folder: Path) -> GreyEvaluation:
    """Only grey.json. Raises InputError."""
    try:
        stored = json.loads((folder / GREY).read_text(encoding="utf-8"))
        return GreyEvaluation(
            subject=stored["subject"],
            weights=stored["weights"],
            engine=stored["engine"],
            threshold=stored["threshold"],
            data=tuple(stored["data"]),
            classes=tuple(stored["classes"]),
            made=stored["made"],
            refused=tuple(Skipped(**one) for one in stored["refused"]),
            seen=stored["seen"],
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise _damaged(folder, error) from error


def images_table(images: Sequence[MeasuredImage]) -> str:
    """One line an image; nine digits give a float32 back as it was, so no threshold moves."""
    return csv_text(
        IMAGE_COLUMNS,
        (
            (one.class_name, one.name, one.height, one.width, one.mask_px,
             f"{one.strongest:.9g}", f"{one.fiftieth:.9g}", one.picture)
            for one in images
        ),
    )  # fmt: skip


def shares_table(images: Sequence[MeasuredImage], classes: Sequence[str]) -> str:
    """One line a class, smallest mask and threshold."""
    found = [one for least in LEAST_PX for one in shares(images, classes, least)]
    return csv_text(
        ("class", "least_px", "threshold", "images", "different_pictures", "with_mask", "share",
         "low", "high"),
        (
            (one.class_name, one.least_px, one.threshold, one.share.images, one.share.pictures,
             one.share.count, one.share.value, one.share.low, one.share.high)
            for one in found
        ),
    )  # fmt: skip


def _pictures(folder: Path) -> tuple[GreyPicture, ...]:
    """None of a model's own evaluation: a released model carries no images."""
    if not (folder / PICTURES).is_file():
        return ()
    return tuple(
        GreyPicture(
            row["kind"], row["class"], row["words"], folder / FOLDER / Path(row["picture"]).name
        )
        for row in read_rows(folder / PICTURES)
    )


def pictures_table(pictures: Sequence[GreyPicture]) -> str:
    """One line a picture."""
    return csv_text(
        ("kind", "class", "words", "picture"),
        ((one.kind, one.class_name, one.words, one.path.name) for one in pictures),
    )


def _float32(text: str) -> float:
    """The float32 that stands there with nine digits, so that no threshold tells them apart."""
    return float(np.float32(text))


def _damaged(folder: Path, error: Exception) -> InputError:
    return InputError(
        str(folder),
        expected=f"an evaluation of images by class with {GREY} and {IMAGES}",
        found=f"{type(error).__name__}: {error}",
        do="Evaluate anew.",
    )
