"""What the names of NIfTI files tell: the volumes of a study, and their mask. It opens no file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from seg_core.readers.sequence import FLAIR, NAMED, POST, PRE
from seg_core.study import (
    LGG_CHANNELS,
    NIFTI_ENDINGS,
    OUTLINE_END,
    is_volume_mask,
    volume_stem,
)

CONTRAST = re.compile(r"_ce-[a-z0-9]+", re.IGNORECASE)
"""BIDS' entity of a contrast agent: `sub-01_ce-gadolinium_T1w` is after it."""

ACQUIRED = re.compile(r"_acq-[a-z0-9]+", re.IGNORECASE)
"""BIDS' entity of how it was taken, which differs among the sequences of a case."""

TWO_WORDS = re.compile(r"(?<=t1)[\s_.-]+(?=(?:pre|post|gd|gad|ce|c|km)$)", re.IGNORECASE)
"""What parts the words of `t1_post`, which count as one."""

LAST_WORD = re.compile(r"^(?P<case>.*?)[_.-]?(?P<word>[A-Za-z0-9]+)$")


@dataclass(frozen=True)
class Volumes:
    """The files of one study.

    name: of the study; "" where the files' names say nothing but the sequence.
    channels: one volume, or pre-contrast, FLAIR and post-contrast.
    """

    name: str
    channels: tuple[str, ...]
    masks: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    """Volumes of the same case that no network reads, as T2."""


def is_nifti(name: str) -> bool:
    """Whether a file of this name is taken for a NIfTI volume."""
    return name.lower().endswith(NIFTI_ENDINGS)


def volumes_of(names: Sequence[str]) -> list[Volumes]:
    """The studies among NIfTI files of one folder, in the order given.

    The three sequences of a case, named as in BraTS, UCSF-PDGM or BIDS, are one study of three
    channels; every other volume is a study of its own.
    """
    cases: dict[str, dict[str, str | None]] = {}
    called: dict[str, str] = {}
    for name in names:
        if not is_volume_mask(name):
            case, sequence = case_of(name)
            key = case.casefold()
            called.setdefault(key, case)
            cases.setdefault(key, {})[name] = sequence
    masks = [name for name in names if is_volume_mask(name)]
    found = []
    for key, members in cases.items():
        studies = _studies(called[key], members)
        outlined = _first(studies)
        found += [_with_masks(one, masks, whole=one is outlined) for one in studies]
    return found


def case_of(name: str) -> tuple[str, str | None]:
    """(what the volumes of a case have in common, the sequence that the name ends with)."""
    whole = volume_stem(name)
    match = LAST_WORD.match(TWO_WORDS.sub("", whole))
    sequence = NAMED.get(match["word"].lower()) if match else None
    if match is None or sequence is None:
        return whole, None
    case = CONTRAST.sub("", match["case"])
    after = sequence == PRE and case != match["case"]
    return ACQUIRED.sub("", case), POST if after else sequence


def _studies(case: str, members: dict[str, str | None]) -> list[Volumes]:
    by_sequence = {
        wanted: [name for name, sequence in members.items() if sequence == wanted]
        for wanted in LGG_CHANNELS
    }
    if all(len(by_sequence[wanted]) == 1 for wanted in (PRE, FLAIR, POST)):
        channels = tuple(by_sequence[wanted][0] for wanted in LGG_CHANNELS)
        beside = tuple(name for name in members if name not in channels)
        return [Volumes(case, channels, beside=beside)]
    return [Volumes(volume_stem(name) if case else "", (name,)) for name in members]


def _with_masks(study: Volumes, masks: Sequence[str], *, whole: bool) -> Volumes:
    """With the masks called as one of its volumes, and those of its case where it has the `whole`:
    an outline that several studies held would make several patients of one."""
    called = {volume_stem(name).lower() for name in study.channels}
    if whole:
        called |= {case_of(name)[0].lower() for name in study.channels}
    own = tuple(m for m in masks if OUTLINE_END.sub("", volume_stem(m)).lower() in called)
    return Volumes(study.name, study.channels, own, study.beside)


def _first(studies: Sequence[Volumes]) -> Volumes:
    """The study of a case that its outline is of: FLAIR's, or the first."""
    flair = [one for one in studies if case_of(one.channels[-1])[1] == FLAIR]
    return (*flair, *studies)[0]
