"""Who is in which part: training, validation, test. It reads no image.

Parts are made of patients by default, or of the folds of a protocol, one of which is the test
part. The paper's random slice split is there on request: neighbouring slices of one patient then
lie in different parts, so its figures leak.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from seg_core.data.folds import FoldsProtocol, make_folds, read_protocol
from seg_core.data.institution import institution
from seg_core.errors import SplitError
from seg_core.subject import by_subject, subject_of

SLICE_SPLIT_WARNING = (
    "Slice split: slices of one patient are in several parts, so validation and test figures "
    "are flattered (they leak). It is here to compare with the paper."
)

T = TypeVar("T")

PARTS = ("train", "validation", "test")


class SplitSettings(BaseModel):
    """How to split: by `patient`, by `slice`, or by `folds` of patients.

    validation, test: shares of the whole. By folds, `test` does not count: fold `fold` of
        `folds` is the test part, and `validation` is a share of the other patients.
    file: the protocol that says who is in which fold: a path, or a shipped one's name, such as
        lgg-88. Without it the folds are dealt from the data at hand.
    seed: who is in which part; by folds, who of the other patients is validation.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["patient", "slice", "folds"] = "patient"
    validation: float = Field(0.15, gt=0, lt=1)
    test: float = Field(0.15, ge=0, lt=1)
    seed: int = Field(0, ge=0)
    folds: int = Field(5, ge=2, le=100)
    fold: int = Field(1, ge=1)
    file: str | None = None

    @model_validator(mode="after")
    def _one_of_the_folds(self) -> SplitSettings:
        if self.kind == "folds" and self.fold > self.folds:
            raise ValueError(f"fold: expected 1 to {self.folds}, received {self.fold}")
        return self


class ProtocolUsed(BaseModel):
    """The folds behind a split. absent: patients of the protocol that the data does not hold."""

    model_config = ConfigDict(frozen=True)

    name: str
    fingerprint: str
    absent: tuple[str, ...] = ()


class Split(BaseModel):
    """A split as made. Members are patients, or `patient/file` for a slice split.

    protocol: of a split by folds.
    """

    model_config = ConfigDict(frozen=True)

    settings: SplitSettings
    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]
    protocol: ProtocolUsed | None = None

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits of the members' SHA-256: equal only for equal parts."""
        parts = json.dumps([sorted(self.train), sorted(self.validation), sorted(self.test)])
        return hashlib.sha256(parts.encode()).hexdigest()[:16]

    def members(self, part: str) -> frozenset[str]:
        """The members of `train`, `validation` or `test`."""
        return frozenset(getattr(self, part))

    @property
    def title(self) -> str:
        """What it is split by, in words: `patient`, `slice`, `fold 2 of 5 (lgg-88)`."""
        if self.protocol is None:
            return self.settings.kind
        return f"fold {self.settings.fold} of {self.settings.folds} ({self.protocol.name})"

    def holds(self, part: str, patient: str, file: str) -> bool:
        """Whether this slice of this patient is in `part`."""
        key = f"{patient}/{file}" if self.settings.kind == "slice" else patient
        return key in self.members(part)


def make_split(
    files: Mapping[str, Sequence[str]],
    settings: SplitSettings,
    tumour_px: Mapping[str, int] | None = None,
) -> Split:
    """Split patients (name -> its slice files), spread over institutions, by the seed.

    Names of one patient's visits stay together. tumour_px: of each name, which folds without a
    file are dealt by. Raises SplitError when training or validation would be empty, for a name
    that is in no fold of the protocol, and for a patient whose visits are in several.
    """
    if settings.kind == "folds":
        return _split_by_folds(files, settings, tumour_px)
    if settings.kind == "slice":
        members = sorted(f"{patient}/{file}" for patient in files for file in files[patient])
        parts = _deal(members, settings)
    else:
        visits = {some[0]: some for some in by_subject(files)}
        members = list(visits)
        dealt = _deal(members, settings)
        parts = {part: [one for first in dealt[part] for one in visits[first]] for part in PARTS}
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
    group_of = _groups(members)
    dealt: dict[str, list[str]] = {part: [] for part in PARTS}
    for count, i in enumerate(sorted(order, key=lambda i: group_of[members[i]]), start=1):
        behind = {part: shares[part] * count - len(dealt[part]) for part in PARTS}
        dealt[max(behind, key=behind.__getitem__)].append(members[i])
    for part in ("validation", "test"):  # few members: a share of less than one is one
        if shares[part] and not dealt[part] and len(dealt["train"]) > 1:
            dealt[part].append(dealt["train"].pop())
    return dealt


def _groups(members: Sequence[str]) -> dict[str, str]:
    """Each member's institution; those that are alone in theirs make one group together.

    Names without an institution, such as P001, would else be dealt in their order, whatever the
    seed.
    """
    sites = {member: institution(member) for member in members}
    count = Counter(sites.values())
    lone = {site for site, held in count.items() if held == 1}
    return {m: "" if site in lone and len(lone) > 1 else site for m, site in sites.items()}


def _split_by_folds(
    files: Mapping[str, Sequence[str]],
    settings: SplitSettings,
    tumour_px: Mapping[str, int] | None,
) -> Split:
    """One fold for testing, a share of the others for validation, the rest for training."""
    if settings.file is not None:
        protocol = read_protocol(settings.file)
        _check_fits(protocol, files, settings)
    elif tumour_px is None:
        raise ValueError("tumour_px: expected tumour pixels by patient for folds without a file")
    else:
        protocol = make_folds(tumour_px, settings.folds, name="from the data")
    test = protocol.members(settings.fold)
    others = protocol.by_load(protocol.patients.keys() - test)
    chosen = _spread(others, settings.validation, settings.seed)
    validation = {name for names in chosen for name in names}
    train = {name for names in others for name in names} - validation
    made = {"test": test, "validation": validation, "train": train}
    here = {part: tuple(sorted(made[part] & files.keys())) for part in PARTS}
    if not here["train"] or not here["validation"]:
        raise SplitError(
            f"split: fold {settings.fold} of {protocol.name} leaves {len(here['train'])} patients "
            f"for training and {len(here['validation'])} for validation here, expected some of "
            "both. Add patients, or change split.validation."
        )
    absent = tuple(sorted(protocol.patients.keys() - files.keys()))
    used = ProtocolUsed(name=protocol.name, fingerprint=protocol.fingerprint, absent=absent)
    return Split(settings=settings, protocol=used, **here)


def _check_fits(
    protocol: FoldsProtocol, files: Mapping[str, Sequence[str]], settings: SplitSettings
) -> None:
    if protocol.folds != settings.folds:
        raise SplitError(
            f"split.folds: expected {protocol.folds}, as {settings.file} has, received "
            f"{settings.folds}. Set split.folds={protocol.folds}."
        )
    _check_whole(protocol, settings)
    strangers = sorted(files.keys() - protocol.patients.keys())
    if strangers:
        raise SplitError(
            f"split.file: expected every patient in {settings.file}, found {len(strangers)} of "
            f"{len(files)} that are not: {', '.join(strangers)}. Take them out of the data, or "
            "give them folds beside those that are there and train with that file: "
            f"python -m seg_core data folds DIR --keep {settings.file} --out FILE"
        )


def _check_whole(protocol: FoldsProtocol, settings: SplitSettings) -> None:
    """Raise SplitError where visits of one patient are in several folds."""
    for names in by_subject(protocol.patients):
        if len({protocol.patients[name].fold for name in names}) > 1:
            raise SplitError(
                f"split.file: expected all visits of {subject_of(names[0])} in one fold, found "
                f"{', '.join(names)} in several of {settings.file}, which would leak. Make the "
                "folds anew: python -m seg_core data folds DIR --out FILE"
            )


def _spread(ordered: Sequence[T], share: float, seed: int) -> list[T]:
    """A `share` of the members, at even distances in their order from a start drawn by the seed.

    So neighbours in the order (one institution, one tumour load) are never all taken.
    """
    start = np.random.default_rng(seed).random()
    marks = [math.floor(start + share * i) for i in range(len(ordered) + 1)]
    return [m for m, (a, b) in zip(ordered, pairwise(marks), strict=True) if b > a]
