"""Images by class, measured and written to a folder: tables, pictures and one page.

It measures through `grey_set`, and looks at the chosen images a second time, for their pictures.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from seg_core.errors import NothingToRead
from seg_core.evaluation.grey_files import GreyFile, GreyFiles
from seg_core.evaluation.grey_html import grey_html
from seg_core.evaluation.grey_pictures import (
    SAMPLE,
    Chosen,
    choose_images,
    row_of_samples,
    row_of_seen,
)
from seg_core.evaluation.grey_set import (
    GreySubject,
    MeasuredImage,
    Progress,
    SeenImage,
    measure_images,
    see_images,
)
from seg_core.evaluation.grey_stored import (
    FOLDER,
    GREY,
    IMAGES,
    PICTURES,
    REPORT,
    SHARES,
    GreyEvaluation,
    GreyPicture,
    StoredGrey,
    images_table,
    pictures_table,
    shares_table,
)
from seg_core.evaluation.panels import as_png
from seg_core.notice import NOTICE
from seg_core.study import Skipped
from seg_core.whole_files import write_whole


def write_grey_report(
    folder: Path,
    found: GreyFiles,
    subject: GreySubject,
    data: Sequence[Path],
    progress: Progress | None = None,
) -> StoredGrey:
    """Measure every image and write all of it; grey.json comes last, so that it says: whole.

    Raises NothingToRead when no image could be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / GREY).unlink(missing_ok=True)  # of an earlier evaluation
    measured = measure_images(found.files, subject, progress)
    images, refused = measured.images, (*found.refused, *measured.refused)
    if not images:
        raise _nothing(data, refused)
    evaluation = GreyEvaluation(
        subject=subject.label,
        weights=subject.weights,
        engine=subject.engine,
        threshold=subject.threshold,
        data=tuple(root.resolve().name for root in data),
        classes=found.classes,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        refused=refused,
        seen=seen_among(images),
    )
    pictures = _draw(folder / FOLDER, found.files, images, evaluation, subject)
    stored = StoredGrey(folder, evaluation, images, pictures)
    write_whole(folder / IMAGES, images_table(images))
    write_whole(folder / SHARES, shares_table(images, found.classes))
    write_whole(folder / PICTURES, pictures_table(pictures))
    write_whole(folder / REPORT, grey_html(stored))
    content: dict[str, Any] = {"notice": NOTICE, **asdict(evaluation)}
    write_whole(folder / GREY, json.dumps(content, indent=1) + "\n")
    _sweep(folder / FOLDER, pictures)
    return stored


def seen_among(images: Sequence[MeasuredImage]) -> int:
    """How many images training looked at, those that show the same picture as one counted too."""
    known = {one.picture for one in images if one.seen}
    return sum(one.picture in known for one in images)


def words(image: MeasuredImage) -> str:
    """What a picture is of, in one line."""
    return f"{image.name}   strongest probability {image.strongest:.3f}   mask {image.mask_px:,} px"


def _draw(
    folder: Path,
    files: Sequence[GreyFile],
    images: Sequence[MeasuredImage],
    evaluation: GreyEvaluation,
    subject: GreySubject,
) -> tuple[GreyPicture, ...]:
    """Look again at the chosen images, a few dozen, and store their pictures."""
    chosen = choose_images(images, evaluation.classes)
    names = {one.image.name for one in chosen}
    wanted = [file for file in files if file.name in names]
    seen = {one.file.name: one for one in see_images(wanted, subject) if isinstance(one, SeenImage)}
    there = [one for one in chosen if one.image.name in seen]
    folder.mkdir(exist_ok=True)
    pictures = []
    for class_name in evaluation.classes:
        samples = [
            seen[one.image.name]
            for one in there
            if one.kind == SAMPLE and one.image.class_name == class_name
        ]
        if samples:
            png = as_png(row_of_samples(class_name, samples))
            pictures.append(_stored(folder, png, SAMPLE, class_name, class_name))
    for one in there:
        if one.kind != SAMPLE:
            pictures.append(_drawn(folder, one, seen[one.image.name], subject.threshold))
    return tuple(pictures)


def _drawn(folder: Path, one: Chosen, seen: SeenImage, threshold: float) -> GreyPicture:
    png = as_png(row_of_seen(seen, threshold, words(one.image)))
    return _stored(folder, png, one.kind, one.image.class_name, words(one.image))


def _stored(folder: Path, png: bytes, kind: str, class_name: str, said: str) -> GreyPicture:
    path = folder / f"{hashlib.sha256(png).hexdigest()[:16]}.png"
    write_whole(path, png)
    return GreyPicture(kind, class_name, said, path)


def _sweep(folder: Path, pictures: Sequence[GreyPicture]) -> None:
    """Remove the pictures that an earlier evaluation left."""
    kept = {one.path for one in pictures}
    for path in folder.glob("*.png"):
        if path not in kept:
            path.unlink()


def _nothing(data: Sequence[Path], refused: Sequence[Skipped]) -> NothingToRead:
    return NothingToRead(
        ", ".join(map(str, data)),
        expected="at least one readable image",
        found=f"none among {len(refused)}"
        + (f" ({refused[0].file}: {refused[0].reason})" if refused else ""),
        do="Give images as JPEG, PNG or TIFF files, a folder a class.",
    )
