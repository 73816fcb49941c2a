"""The shared vocabulary: a study and what it is made of. It reads and writes no file."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import numpy as np

from seg_core.geometry import Edges, Order, edges

LGG_CHANNELS = ("pre-contrast", "FLAIR", "post-contrast")
"""Channel names of the LGG set, in file order (Buda et al. 2019)."""

FLAIR = 1
"""Index of FLAIR among LGG_CHANNELS."""

MASK_SUFFIX = "_mask"
"""What a mask's file name adds to its slice's, before the ending."""


NIFTI_ENDINGS = (".nii", ".nii.gz")

OUTLINE_END = re.compile(
    r"(?:^|[\s_.-])(?:mask|d?segm?|(?:tumou?r_)?segmentation|labels?|"
    r"glistrboost(?:_manuallycorrected)?)$",
    re.IGNORECASE,
)
"""What a volume of outlines' stem ends in: `_mask`, `-seg` of BraTS, `_dseg` of BIDS."""


def volume_stem(name: str) -> str:
    """The name without `.nii` or `.nii.gz`."""
    lower = name.lower()
    ending = next((e for e in reversed(NIFTI_ENDINGS) if lower.endswith(e)), "")
    return name[: len(name) - len(ending)]


def is_volume_mask(name: str) -> bool:
    """Whether a NIfTI file of this name holds an outline."""
    return name.lower().endswith(NIFTI_ENDINGS) and bool(OUTLINE_END.search(volume_stem(name)))


@dataclass(frozen=True)
class Note:
    """Something the reviewer should know of a study. `kind` is a short, stable word."""

    kind: str
    reason: str


@dataclass(frozen=True)
class Skipped:
    """A file that could not be used, and why. outline: whether it was one, whatever its name."""

    file: str
    reason: str
    outline: bool = False

    @property
    def is_mask(self) -> bool:
        """Whether it is a mask, mostly by its name, so that no slice is missing for it."""
        if self.outline:
            return True
        slice_mask = PurePosixPath(self.file).stem.lower().endswith(MASK_SUFFIX)
        return slice_mask or is_volume_mask(self.file)


@dataclass(frozen=True, eq=False)
class Study:
    """One patient's ordered slices as opened, with truth where there is one.

    slices: uint8 or uint16, (n, height, width, channels), channels 1 or 3.
    files: the n slices' file names (no folders), in natural order; of a volume names made of its
        own and a slice's number.
    truth: bool, (n, height, width), or None when the study has no mask at all.
    truth_known: bool, (n,), True where a slice has a usable mask; None when truth is
        None. Where it is False, the slice's truth is all False and means nothing.
    channels: a name a channel; substituted: the names of channels that are FLAIR again.
    spacing_mm: (between slices, row, column) in millimetres, or None when unknown.
    grid: float (3, 4), how the voxels lie in the patient (see `geometry`), or None when unknown.
    evenly: whether the grid holds for all slices, as it does where steps between them are alike.
    voxel_order: how a volume's own file holds its voxels; None where files hold a slice each.
    """

    name: str
    source: str
    files: tuple[str, ...]
    slices: np.ndarray
    truth: np.ndarray | None = None
    truth_known: np.ndarray | None = None
    channels: tuple[str, ...] = ()
    substituted: tuple[str, ...] = ()
    spacing_mm: tuple[float, float, float] | None = None
    grid: np.ndarray | None = None
    evenly: bool = True
    voxel_order: Order | None = None
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[Note, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.slices)

    @property
    def height_width(self) -> tuple[int, int]:
        """The slices' own size in pixels, (height, width)."""
        return int(self.slices.shape[1]), int(self.slices.shape[2])

    @property
    def edges(self) -> Edges | None:
        """Which side of the patient lies at each edge of a slice, where the files state it."""
        return None if self.grid is None else edges(self.grid)

    @property
    def voxel_ml(self) -> float | None:
        """Millilitres that a pixel of a slice stands for, from slice to slice, or None."""
        if self.grid is not None and self.evenly:  # its axes need not be at right angles
            return float(abs(np.linalg.det(self.grid[:, :3]))) / 1000
        return None if self.spacing_mm is None else float(np.prod(self.spacing_mm)) / 1000


@dataclass(frozen=True)
class EngineInfo:
    """What carried out the network: `openvino` or `tensorflow`, its precision, its device."""

    name: str
    precision: str
    device: str


@dataclass(frozen=True, eq=False)
class Reading:
    """What one released model saw in one study. It holds no original and no truth.

    probability: float32, (n, height, width), 0 to 1, in the slices' own size.
    confidence: float32, (n,), 0 to 1: how sure that the slice holds tumour.
    calibrated: False where `confidence` is a raw score (no calibration covers the input).
    pixel_threshold, confidence_threshold: what the model's card proposes to start from.
    seconds: durations by step (load, read, infer, write, total), monotonic clock.
    """

    model_name: str
    model_version: str
    model_sha256: str
    engine: EngineInfo
    probability: np.ndarray
    confidence: np.ndarray
    calibrated: bool
    pixel_threshold: float
    confidence_threshold: float
    seconds: dict[str, float] = field(default_factory=dict)

    def mask(self, pixel_threshold: float | None = None) -> np.ndarray:
        """bool (n, height, width): probability at or above the card's or the given threshold."""
        threshold = self.pixel_threshold if pixel_threshold is None else pixel_threshold
        return np.asarray(self.probability >= np.float32(threshold))


def flagged(confidence: np.ndarray, calibrated: bool, threshold: float) -> np.ndarray:
    """bool (n,): slices of float32 (n,) at or above the confidence threshold.

    Nothing is flagged where the confidence is not calibrated: a raw score is no certainty.
    """
    return np.asarray((confidence >= np.float32(threshold)) & calibrated)


REACHED = 0.999
"""Share of the pixels that are not black which `value_range` covers."""

COUNTED = 1 << 22
"""Pixels whose values are counted at a time."""


def value_range(slices: np.ndarray) -> float:
    """How far values reach: 255 of uint8; of uint16 the highest there is but for a thousandth.

    Scanners store twelve bits in sixteen, so what the type could hold says nothing, nor does one
    bright pixel.
    """
    if slices.dtype == np.uint8:
        return float(np.iinfo(np.uint8).max)
    counts = np.zeros(np.iinfo(np.uint16).max + 1, np.int64)
    flat = slices.reshape(-1)
    for at in range(0, flat.size, COUNTED):  # at once they would take four times their memory
        counts += np.bincount(flat[at : at + COUNTED], minlength=len(counts))
    counts[0] = 0  # the black surround says nothing either
    return float(np.searchsorted(np.cumsum(counts), REACHED * counts.sum()))


def pixel_digest(study: Study) -> str:
    """24 hexadecimal digits that name the slices alone: equal under whatever name, with or
    without truth."""
    digest = hashlib.sha256(json.dumps([study.slices.dtype.str, study.slices.shape]).encode())
    digest.update(np.ascontiguousarray(study.slices).data)
    return digest.hexdigest()[:24]
