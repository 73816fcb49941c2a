"""Who is in which part: training, validation, test. It reads no image.

Parts are made of patients by default. The paper's random slice split is there on request:
neighbouring slices of one patient then lie in different parts, so its figures leak.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from seg_core.errors import SplitError

SLICE_SPLIT_WARNING = (
    "Slice split: slices of one patient are in several parts, so validation and test figures "
    "are flattered (they leak). It is here to compare with the paper."
)

PARTS = ("train", "validation", "test")


class SplitSettings(BaseModel):
    """How to split: by `patient` or by `slice`; shares of validation and test; the seed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["patient", "slice"] = "patient"
    validation: float = Field(0.15, gt=0, lt=1)
    test: float = Field(0.15, ge=0, lt=1)
    seed: int = 0


class Split(BaseModel):
    """A split as made. Members are patients, or `patient/file` for a slice split."""

    model_config = ConfigDict(frozen=True)

    settings: SplitSettings
    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits of the members' SHA-256: equal only for equal parts."""
        parts = json.dumps([sorted(self.train), sorted(self.validation), sorted(self.test)])
        return hashlib.sha256(parts.encode()).hexdigest()[:16]

    def members(self, part: str) -> frozenset[str]:
        """The members of `train`, `validation` or `test`."""
        return frozenset(getattr(self, part))

    def holds(self, part: str, patient: str, file: str) -> bool:
        """Whether this slice of this patient is in `part`."""
        key = patient if self.settings.kind == "patient" else f"{patient}/{file}"
        return key in self.members(part)


def institution(patient: str) -> str:
    """TCGA_CS of TCGA_CS_4943_..., an LGG patient; of any other name, the first word."""
    words = patient.split("_")
    return "_".join(words[:2]) if words[0] == "TCGA" and len(words) > 1 else words[0]


def make_split(files: Mapping[str, Sequence[str]], settings: SplitSettings) -> Split:
    """Split patients (name -> its slice files), spread over institutions, by the seed.

    Raises SplitError when training or validation would be empty.
    """
    members = list(files)
    if settings.kind == "slice":
        members = [f"{patient}/{file}" for patient in files for file in files[patient]]
    parts = _deal(sorted(members), settings)
    if not parts["train"] or not parts["validation"]:
        raise SplitError(
            f"split: expected at least one {settings.kind} for training and one for validation, "
            f"received {len(members)} in all. Add patients, or split by slice."
        )
    made = {part: tuple(sorted(parts[part])) for part in PARTS}
    return Split(settings=settings, **made)


def _deal(members: list[str], settings: SplitSettings) -> dict[str, list[str]]:
    """Deal shuffled members, group by group, to the part that is furthest behind its share."""
    shares = {
        "train": 1 - settings.validation - settings.test,
        "validation": settings.validation,
        "test": settings.test,
    }
    if shares["train"] <= 0:
        raise SplitError("split: validation and test together leave nothing to train on")
    order = np.random.default_rng(settings.seed).permutation(len(members))
    dealt: dict[str, list[str]] = {part: [] for part in PARTS}
    for count, i in enumerate(sorted(order, key=lambda i: institution(members[i])), start=1):
        behind = {part: shares[part] * count - len(dealt[part]) for part in PARTS}
        dealt[max(behind, key=behind.__getitem__)].append(members[i])
    return dealt
