"""Writes a reading as files: summary, triage table, masks, probabilities. It infers nothing."""

from __future__ import annotations

import csv
import io
import os
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import tifffile
from pydantic import ValidationError

from seg_core.errors import InputError
from seg_core.inference.dicom_segmentation import SEGMENTATION
from seg_core.inference.output_names import safe_name, stems
from seg_core.inference.summary import Summary, known_slices, summarise, whole_seconds
from seg_core.inference.volume_files import MASK_VOLUME, PROBABILITY_VOLUME, write_volumes
from seg_core.metrics import count_pixels
from seg_core.notice import NOTICE
from seg_core.own_output import refuse_foreign_output
from seg_core.sixteen_bits import to_sixteen_bits
from seg_core.spreadsheet import spreadsheet_cell
from seg_core.study import Note, Reading, Study, pixel_digest
from seg_core.triage.ranges import flags
from seg_core.whole_files import replacing_folder, write_synced

SUMMARY, TRIAGE, MASKS, PROBABILITY = "summary.json", "triage.csv", "masks", "probability"
OURS = frozenset(
    {SUMMARY, TRIAGE, MASKS, PROBABILITY, MASK_VOLUME, PROBABILITY_VOLUME, SEGMENTATION}
)

WRITERS = min((os.cpu_count() or 1) + 1, 8)
"""Threads that write slices, more than there are cores: some wait for the disk."""


def write_reading(
    study: Study,
    reading: Reading,
    out_dir: Path,
    pixel_threshold: float,
    confidence_threshold: float,
    *,
    folder: str | None = None,
    notes: Sequence[Note] = (),
    dicom: bytes | None = None,
) -> Summary:
    """Write everything of one reading to out_dir/<study>, which appears only when whole.

    folder: its name, where it is not the study's own. dicom: the mask as `segmentation` made it.
    An earlier reading of the study is replaced. Raises InputError where something else lies
    there, which is left alone, and where nothing can be written.
    """
    start = time.perf_counter()
    target = out_dir / (folder or safe_name(study.name))
    try:
        refuse_foreign(target, study)
        with replacing_folder(target) as part:
            _write_pictures(study, reading, part, pixel_threshold)
            write_volumes(study, reading, part, pixel_threshold)
            if dicom is not None:
                write_synced(part / SEGMENTATION, dicom)
            table = triage_table(study, reading, pixel_threshold, confidence_threshold)
            write_synced(part / TRIAGE, _csv(table).encode())
            summary = summarise(study, reading, pixel_threshold, confidence_threshold, notes)
            seconds = {**reading.seconds, "write": time.perf_counter() - start}
            summary = summary.model_copy(update={"seconds": whole_seconds(seconds)})
            write_synced(part / SUMMARY, f"{summary.model_dump_json(indent=2)}\n".encode())
    except OSError as error:
        raise InputError(
            str(target),
            expected="room and the right to write there",
            found=error.strerror or str(error),
            do="Make room, or give another --out.",
        ) from error
    return summary


def refuse_foreign(target: Path, study: Study | None = None) -> None:
    """Raise InputError when `target` holds anything but an earlier reading.

    study: whose reading it has to be, if one is named. It is another's where neither slices nor
    source are the same: two patients' folders may well have one name.
    """
    refuse_foreign_output(target, OURS, "an earlier reading")
    earlier = _earlier_summary(target)
    if (
        study is not None
        and earlier is not None
        and earlier.source != study.source
        and earlier.pixels not in (None, pixel_digest(study))
    ):
        raise InputError(
            str(target),
            expected=f"an earlier reading of {study.source}",
            found=f"one of another study, {earlier.source}",
            do="Give another --out.",
        )


def _earlier_summary(target: Path) -> Summary | None:
    """Of what lies there; None where there is none that can be read."""
    try:
        return Summary.model_validate_json((target / SUMMARY).read_bytes())
    except (OSError, ValidationError):
        return None


def triage_table(
    study: Study, reading: Reading, pixel_threshold: float, confidence_threshold: float
) -> list[list[str]]:
    """The rows of triage.csv, its head first. A cell is empty where nothing is known."""
    head = ["slice", "file", "confidence", "flagged", "area_px", "area_mm2"]
    head += ["truth_px", "dice"] if study.truth is not None else []
    mask, flagged = reading.mask(pixel_threshold), flags(reading, confidence_threshold)
    known = known_slices(study)
    rows = [head]
    for i, file in enumerate(study.files):
        area = int(np.count_nonzero(mask[i]))
        row = [str(i + 1), spreadsheet_cell(file), f"{reading.confidence[i]:.6f}"]
        row += ["true" if flagged[i] else "false", str(area), _area_mm2(area, study)]
        if study.truth is not None:
            row += _truth_cells(study, reading, i, pixel_threshold) if known[i] else ["", ""]
        rows.append(row)
    return rows


def _truth_cells(study: Study, reading: Reading, i: int, pixel_threshold: float) -> list[str]:
    """Pixels of the truth of slice `i`, and its Dice: empty where both are empty."""
    assert study.truth is not None  # asked only where truth is known
    counts = count_pixels(reading.probability[i], study.truth[i], pixel_threshold)
    dice = "" if counts.dice is None else f"{counts.dice:.6f}"
    return [str(counts.truth_px), dice]


def _area_mm2(area_px: int, study: Study) -> str:
    if study.spacing_mm is None:
        return ""
    _, row_mm, column_mm = study.spacing_mm
    return f"{area_px * row_mm * column_mm:.2f}"


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _write_pictures(study: Study, reading: Reading, part: Path, pixel_threshold: float) -> None:
    """A mask (uint8, 0 or 255) and a probability (uint16 = round(p * 65535)) for each slice."""
    (part / MASKS).mkdir()
    (part / PROBABILITY).mkdir()

    def write(named: tuple[str, np.ndarray]) -> None:
        stem, plane = named
        mask = (plane >= np.float32(pixel_threshold)).astype(np.uint8) * np.uint8(255)
        _write_tiff(part / MASKS / f"{stem}_mask.tif", mask)
        _write_tiff(part / PROBABILITY / f"{stem}_probability.tif", to_sixteen_bits(plane))

    with ThreadPoolExecutor(WRITERS, thread_name_prefix="writer") as writers:
        list(writers.map(write, zip(stems(study.files), reading.probability, strict=True)))


def _write_tiff(path: Path, plane: np.ndarray) -> None:
    with path.open("wb") as file:
        tifffile.imwrite(
            file,
            plane,
            photometric="minisblack",
            compression="zlib",
            description=NOTICE,
            metadata=None,  # no second description with tifffile's own fields
        )
        file.flush()
        os.fsync(file.fileno())
