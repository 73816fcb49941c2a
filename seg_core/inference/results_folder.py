"""What `segment` wrote, read back as a reading: so studies are reviewed on a machine without model.

A folder is taken only for the very study that it was made from: same files, same pixels.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from seg_core.errors import InputError
from seg_core.inference.output_names import stems
from seg_core.inference.reading_files import PROBABILITY, SUMMARY, TRIAGE
from seg_core.inference.summary import Summary
from seg_core.readers.image import read_image
from seg_core.sixteen_bits import from_sixteen_bits
from seg_core.spreadsheet import spreadsheet_cell
from seg_core.store import ReadingRow, StudyRow, StudyShelf
from seg_core.study import EngineInfo, Reading, Study, pixel_digest

LARGEST_TEXT = 16 * 1024 * 1024
"""Bytes of a summary or table that are read."""


def find_results(root: Path) -> list[Path]:
    """Folders with a summary.json: `root` itself, or those directly beneath it, sorted by name."""
    if (root / SUMMARY).is_file():
        return [root]
    if not root.is_dir():
        return []
    return sorted(
        p for p in root.iterdir() if not p.name.startswith(".") and (p / SUMMARY).is_file()
    )


def read_summary(folder: Path) -> Summary:
    """The summary in a folder of results. Raises InputError."""
    try:
        return Summary.model_validate_json(_text(folder / SUMMARY))
    except ValidationError as error:
        raise _refused(
            folder / SUMMARY, "a summary as `segment` writes it", f"{error.error_count()} faults"
        ) from error


def _reading(
    folder: Path, summary: Summary, rows: Sequence[dict[str, str]], study: Study
) -> Reading:
    """What lies in a folder of results that are known to be the study's."""
    return Reading(
        model_name=summary.model.name,
        model_version=summary.model.version,
        model_sha256=summary.model.sha256,
        engine=EngineInfo(**summary.engine.model_dump()),
        probability=_probability(folder, study),
        confidence=_confidence(folder / TRIAGE, rows, summary),
        calibrated=summary.calibrated,
        pixel_threshold=summary.pixel_threshold,
        confidence_threshold=summary.confidence_threshold,
        seconds=summary.seconds,
    )


def take_results(shelf: StudyShelf, folder: Path) -> StudyRow:
    """Put the reading in a folder of results on the shelf, beside its study, and return that.

    Results that are there already stay. Raises InputError where the study is not on the shelf.
    """
    summary, rows = read_summary(folder), _rows(folder / TRIAGE)
    namesakes = [row for row in shelf.called(summary.study) if row.slices == summary.slices]
    opened = ((row, shelf.open(row.id)) for row in namesakes)
    fitting = [
        (row, study)
        for row, study in opened
        if _same_files(rows, study) and _same_pixels(summary, study)
    ]
    if not fitting or (len(fitting) > 1 and summary.pixels is None):
        raise InputError(
            folder.name,  # a page shows it: where it lies on the server is nobody's business
            expected=f"results of a study that is here: {summary.study}, {summary.slices} slices",
            found=f"{len(fitting)} that may be meant" if fitting else "no such study on the shelf",
            do="Segment it again: older results do not say whose slices they are of."
            if fitting
            else "Open the study's slices first, then take its results.",
        )
    row, study = fitting[0]
    reading = _reading(folder, summary, rows, study)
    known = shelf.reading_row(row.id, reading.model_name, reading.model_version)
    if known is None or known.on_trial or not _same(known, reading):
        shelf.save_reading(row.id, reading)
    return row


def _same_files(rows: Sequence[dict[str, str]], study: Study) -> bool:
    return [row.get("file", "") for row in rows] == [spreadsheet_cell(f) for f in study.files]


def _same_pixels(summary: Summary, study: Study) -> bool:
    return summary.pixels in (None, pixel_digest(study))


def _same(known: ReadingRow, reading: Reading) -> bool:
    """Whether it is the same reading; a table keeps six decimals of its confidences."""
    return (
        (known.model_sha256, known.pixel_threshold, known.confidence_threshold)
        == (reading.model_sha256, reading.pixel_threshold, reading.confidence_threshold)
        and known.confidence.shape == reading.confidence.shape
        and np.allclose(known.confidence, reading.confidence, rtol=0, atol=1e-6)
    )


def _probability(folder: Path, study: Study) -> np.ndarray:
    """float32 (n, height, width), 0 to 1."""
    planes = np.empty((len(study), *study.height_width), np.float32)
    for i, stem in enumerate(stems(study.files)):
        name = f"{stem}_probability.tif"
        pixels = read_image(folder / PROBABILITY / name, name)
        if pixels.dtype != np.uint16 or pixels.shape != (*study.height_width, 1):
            raise _refused(
                folder / PROBABILITY / name,
                f"16 bits of {study.height_width[1]} x {study.height_width[0]} pixels",
                f"{pixels.dtype} of {pixels.shape}",
            )
        planes[i] = from_sixteen_bits(pixels[..., 0])
    return planes


def _confidence(path: Path, rows: Sequence[dict[str, str]], summary: Summary) -> np.ndarray:
    """float32 (n,), 0 to 1; what was flagged is flagged again, though six decimals were kept."""
    try:
        confidence = np.array([float(row["confidence"]) for row in rows], np.float32)
        flagged = np.array([row["flagged"] == "true" for row in rows])
    except (KeyError, TypeError, ValueError) as error:  # TypeError: a row that ends early
        raise _refused(path, "a confidence a slice", str(error)) from error
    if not ((confidence >= 0) & (confidence <= 1)).all():
        raise _refused(path, "confidences from 0 to 1", "others")
    threshold = np.float32(summary.confidence_threshold)
    below = np.nextafter(threshold, np.float32(0))
    if summary.calibrated:
        confidence = np.where(
            flagged, np.maximum(confidence, threshold), np.minimum(confidence, below)
        )
    return confidence.astype(np.float32)


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_text(path))))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_TEXT:
            raise _refused(path, f"at most {LARGEST_TEXT} bytes", "more")
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _refused(path, "a text file as `segment` writes it", str(error)) from error


def _refused(path: Path, expected: str, found: str) -> InputError:
    return InputError(
        f"{path.parent.name}/{path.name}",
        expected=expected,
        found=found,
        do="Open the study that these results are of, or segment it again.",
    )
