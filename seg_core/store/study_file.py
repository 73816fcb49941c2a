"""A study as two files, `study.npz` and `study.json`, and back. It knows no database.

Truth is kept at one bit a pixel, probability as uint16 = round(p * 65535).
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from seg_core.errors import StoreError
from seg_core.geometry import Order
from seg_core.sixteen_bits import from_sixteen_bits, to_sixteen_bits
from seg_core.study import Note, Skipped, Study
from seg_core.whole_files import sync_folder, write_whole

DAMAGED = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)
"""What reading such a file raises where its bytes are not those that were written."""


def study_digest(study: Study) -> str:
    """24 hexadecimal digits that name a study by its content, wherever it was opened from."""
    digest = hashlib.sha256()
    shape = [study.slices.dtype.str, study.slices.shape, study.truth is not None]
    said: list[Any] = [study.name, study.files, study.spacing_mm, shape]
    if study.grid is not None:  # what was stored before there were grids keeps its name
        said += [study.grid.tolist(), study.evenly, study.voxel_order]
    digest.update(json.dumps(said).encode())
    for array in (study.slices, study.truth, study.truth_known):
        if array is not None:
            digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()[:24]


def write_study(folder: Path, study: Study) -> None:
    """Write both files of a study into a folder that is there."""
    arrays: dict[str, Any] = {"slices": study.slices}
    if study.truth is not None:
        arrays["truth_bits"] = np.packbits(study.truth)
    if study.truth_known is not None:
        arrays["truth_known"] = study.truth_known
    write_whole(folder / "study.npz", lambda file: np.savez_compressed(file, **arrays))
    said = json.dumps(_said_of(study), indent=1, ensure_ascii=False)
    write_whole(folder / "study.json", lambda file: file.write(said.encode()))


def read_study(folder: Path) -> Study:
    """The study in a folder. Raises StoreError when one of its files is missing or damaged."""
    try:
        said = json.loads((folder / "study.json").read_text("utf-8"))
        with np.load(folder / "study.npz", allow_pickle=False) as arrays:
            slices = arrays["slices"]
            known = arrays.get("truth_known")
            bits = arrays.get("truth_bits")
    except DAMAGED as error:
        raise StoreError(
            f"{folder}: expected a whole study, found: {error}. Open the study again from where "
            "it came from."
        ) from error
    shape = slices.shape[:3]
    truth = None if bits is None else np.unpackbits(bits, count=int(np.prod(shape))).view(bool)
    return Study(
        name=said["name"],
        source=said["source"],
        files=tuple(said["files"]),
        slices=slices,
        truth=None if truth is None else truth.reshape(shape),
        truth_known=known,
        channels=tuple(said["channels"]),
        substituted=tuple(said["substituted"]),
        spacing_mm=None if said["spacing_mm"] is None else tuple(said["spacing_mm"]),
        grid=np.array(said["grid"]) if said.get("grid") else None,
        evenly=said.get("evenly", True),
        voxel_order=_order_of(said.get("voxel_order")),
        skipped=tuple(Skipped(**entry) for entry in said["skipped"]),
        notes=tuple(Note(**entry) for entry in said["notes"]),
    )


def remove_study(folder: Path) -> None:
    """Delete both files of a study, if they are there; what lies beside them stays.

    Raises OSError.
    """
    if not folder.is_dir():
        return
    for name in ("study.npz", "study.json"):
        (folder / name).unlink(missing_ok=True)
    sync_folder(folder)


def write_probability(path: Path, probability: np.ndarray) -> None:
    """Write float32 (n, height, width), 0 to 1, as uint16."""
    whole = quantise(probability)

    def fill(file: BinaryIO) -> None:
        np.savez_compressed(file, probability=whole)

    write_whole(path, fill)


def read_probability(path: Path) -> np.ndarray:
    """float32 (n, height, width), 0 to 1. Raises StoreError when the file is damaged."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            whole = arrays["probability"]
    except DAMAGED as error:
        raise StoreError(
            f"{path}: expected a reading's probability, found: {error}. Let the model read the "
            "study again."
        ) from error
    return from_sixteen_bits(whole)


def quantise(probability: np.ndarray) -> np.ndarray:
    """float32, 0 to 1 -> uint16 of the same shape. Raises StoreError for anything else."""
    if not np.isfinite(probability).all() or probability.min(initial=0) < 0:
        raise StoreError("probability: expected 0 to 1, found other numbers. Nothing was written.")
    if probability.max(initial=0) > 1:
        raise StoreError("probability: expected 0 to 1, found above 1. Nothing was written.")
    whole = np.empty(probability.shape, np.uint16)
    for i, plane in enumerate(probability):  # one at a time, for memory
        whole[i] = to_sixteen_bits(plane)
    return whole


def _order_of(said: list[list[int]] | None) -> Order | None:
    return None if said is None else tuple((axis, step) for axis, step in said)


def _said_of(study: Study) -> dict[str, Any]:
    return {
        "name": study.name,
        "source": study.source,
        "files": study.files,
        "channels": study.channels,
        "substituted": study.substituted,
        "spacing_mm": study.spacing_mm,
        "grid": None if study.grid is None else study.grid.tolist(),
        "evenly": study.evenly,
        "voxel_order": study.voxel_order,
        "skipped": [asdict(one) for one in study.skipped],
        "notes": [{"kind": n.kind, "reason": n.reason} for n in study.notes],
    }
