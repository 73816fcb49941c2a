"""A protocol of folds: which patient is in which fold, fixed in a file. It makes no split.

A protocol is made once and then kept: whoever trains on fold 1 of it leaves out the same
patients, whatever else lies in the data. Every patient is in exactly one fold.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from seg_core.data.institution import institution
from seg_core.errors import SplitError
from seg_core.subject import by_subject, subject_of

SHIPPED = Path(__file__).parent / "protocols"
"""Protocols that come with the project, each `<name>.json`."""


class Member(BaseModel):
    """A patient's fold, from 1, and its tumour pixels over all slices when the folds were made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fold: int = Field(ge=1)
    tumour_px: int = Field(ge=0)


class FoldsProtocol(BaseModel):
    """Folds 1 to `folds` of named patients. note: what the protocol is of, for people."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    note: str = ""
    folds: int = Field(ge=2)
    patients: dict[str, Member]

    @model_validator(mode="after")
    def _every_fold_has_a_patient(self) -> FoldsProtocol:
        found = {member.fold for member in self.patients.values()}
        if found != set(range(1, self.folds + 1)):
            raise ValueError(
                f"expected patients in each fold from 1 to {self.folds} and in no other, "
                f"found folds {sorted(found)}"
            )
        return self

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits: equal only where every patient is in the same fold."""
        folds = sorted((name, member.fold) for name, member in self.patients.items())
        return hashlib.sha256(json.dumps(folds).encode()).hexdigest()[:16]

    def members(self, fold: int) -> frozenset[str]:
        """The patients of one fold."""
        return frozenset(name for name, member in self.patients.items() if member.fold == fold)

    def by_load(self, names: Iterable[str]) -> list[tuple[str, ...]]:
        """The names of each patient, by institution, the largest tumour first."""
        return by_load({name: self.patients[name].tumour_px for name in names})


def make_folds(
    tumour_px: Mapping[str, int],
    folds: int,
    *,
    name: str = "folds",
    note: str = "",
    keep: FoldsProtocol | None = None,
) -> FoldsProtocol:
    """Deal patients (name -> tumour pixels) to folds, alike in institution and tumour load.

    Names of one patient's visits are dealt together.
    Each institution's patients, largest tumour first, go to the fold with the fewest patients of
    that institution, then the fewest in all, then the least tumour. So institutions differ by at
    most one patient between folds, and nothing is drawn by chance: the same patients always
    give the same folds.
    keep: patients in that protocol stay in their fold, also those who are not given here.
    Raises SplitError for fewer patients than folds.
    """
    kept = dict(keep.patients) if keep else {}
    people = len(by_subject(kept.keys() | tumour_px.keys()))
    if people < folds:
        raise SplitError(
            f"folds: expected at least {folds} patients for {folds} folds, received {people}. Add "
            "patients, or ask for fewer folds."
        )
    of_site = Counter((institution(patient), m.fold) for patient, m in kept.items())
    size, load = Counter(m.fold for m in kept.values()), Counter[int]()
    for member in kept.values():
        load[member.fold] += member.tumour_px
    fold_of = {subject_of(patient): member.fold for patient, member in kept.items()}
    for names in by_load({p: px for p, px in tumour_px.items() if p not in kept}):
        site = institution(names[0])
        fold = fold_of.get(subject_of(names[0])) or min(
            range(1, folds + 1), key=lambda f: (of_site[site, f], size[f], load[f], f)
        )
        of_site[site, fold] += 1
        for patient in names:
            kept[patient] = Member(fold=fold, tumour_px=tumour_px[patient])
            size[fold] += 1
            load[fold] += tumour_px[patient]
    return FoldsProtocol(name=name, note=note, folds=folds, patients=dict(sorted(kept.items())))


def by_load(tumour_px: Mapping[str, int]) -> list[tuple[str, ...]]:
    """The names of each patient: by institution, in it the largest tumour first, then by name."""

    def place(names: tuple[str, ...]) -> tuple[str, int, str]:
        return institution(names[0]), -sum(tumour_px[name] for name in names), names[0]

    return sorted(by_subject(tumour_px), key=place)


def read_protocol(file: str) -> FoldsProtocol:
    """The protocol in a file, or the shipped one of that name, such as `lgg-88`.

    Raises SplitError that says where it looked and what to type.
    """
    path = next((p for p in (Path(file), SHIPPED / f"{file}.json") if p.is_file()), None)
    if path is None:
        shipped = ", ".join(sorted(p.stem for p in SHIPPED.glob("*.json")))
        raise SplitError(
            f"split.file: expected a file of folds or the name of a shipped one ({shipped}), "
            f"found no {file!r}. Make one: python -m seg_core data folds DIR --out FILE"
        )
    try:
        return FoldsProtocol.model_validate_json(path.read_text(encoding="utf-8"))
    except (ValidationError, UnicodeDecodeError) as error:
        wrong = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise SplitError(
            f"{path}: expected a file of folds, found {wrong}. "
            "Make it anew: python -m seg_core data folds DIR --out FILE"
        ) from None


def protocol_text(protocol: FoldsProtocol) -> str:
    """A line a fold: patients, those of each institution, tumour pixels."""
    sites = sorted({institution(name) for name in protocol.patients})
    lines = [f"{protocol.name}: {len(protocol.patients)} patients, {protocol.fingerprint}"]
    for fold in range(1, protocol.folds + 1):
        members = protocol.members(fold)
        count = Counter(institution(name) for name in members)
        tumour = sum(protocol.patients[name].tumour_px for name in members)
        of_site = ", ".join(f"{site} {count[site]}" for site in sites)
        lines.append(f"fold {fold}: {len(members)} patients ({of_site}), {tumour} tumour pixels")
    return "\n".join(lines)
