"""Whether an input is unlike the training data, and why. It asks no network.

Limits lie on the model's card as plain numbers. An input within all of them may still be one that
the model should not read: the check is simple, and what it lets through was measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from seg_core.models.card import Card, UsualLook, UsualRange
from seg_core.models.routing import kind_of_slices
from seg_core.readers.planes import PLANE
from seg_core.readers.sequence import SEQUENCE
from seg_core.study import FLAIR, LGG_CHANNELS, Note
from seg_core.triage.appearance import Appearance, appearance
from seg_core.triage.templates import as_numbers, from_numbers, mean_pictures, resemblance
from seg_core.triage.unlike_words import in_words

PATIENTS = 10
"""Fewer say too little of what is usual: then there is no limit and no note."""

FEW = 8
"""Below so many slices each is looked at alone: they need not be of one stack."""

ALONE = 6
"""Slices of a training patient that are looked at alone."""

FURTHEST = 0.01
"""Quantile, at both ends, of what was seen from which a limit is set."""

MARGIN = 1.0
"""How far beyond it a limit lies, in widths of the middle nine tenths."""

LEAST = 0.05
"""Least width that counts for that: a figure that hardly moved in training may move a little."""

REASONS = 3
"""Reasons given at most, those furthest beyond their limit."""

COMPARED = {"upright": 0.0, "turned": 0.0, "contrast": 0.125}
"""Statistics below 0 where something else than what was given fits the training data better, and
how far below it they may be."""

STATED = (PLANE, SEQUENCE)
"""Kinds of notes with which a study's files say that it is not axial, or not FLAIR."""


@dataclass(frozen=True, eq=False)
class LookedAt:
    """A training study as a whole, and some of its slices each alone."""

    whole: Appearance
    alone: tuple[Appearance, ...]


def usual_looks(studies: Iterable[np.ndarray], channels: int) -> tuple[UsualLook, ...]:
    """What a network of 1 or 3 channels was trained on; none below PATIENTS studies of a kind.

    studies: uint8 or uint16 (n, h, w, 1 or 3), a patient each; those of FEW slices say nothing.
    Of three channels a network of one reads FLAIR alone; one of three may be given grey images,
    and is held to FLAIR for them.
    """
    looked: dict[int, list[LookedAt]] = {1: [], 3: []}
    for slices in studies:
        if len(slices) < FEW:
            continue
        looked[1].append(look_at(flair_of(slices)))
        if channels == 3 and kind_of_slices(slices) == "differing":
            looked[3].append(look_at(slices))
    return tuple(usual_look(found) for found in looked.values() if len(found) >= PATIENTS)


def why_unlike(slices: np.ndarray, card: Card, notes: Sequence[Note] = ()) -> tuple[str, ...]:
    """Reasons, the weightiest first, why uint8 or uint16 (n, h, w, 1 or 3) is unlike the data
    that the card's model was trained on; none where it is not, or where the card cannot say.

    notes: of the study; what its files state of plane and sequence goes before what is seen.
    """
    stated = tuple(note.reason for note in notes if note.kind in STATED) if card.usual else ()
    differing = len(card.channels) == 3 and kind_of_slices(slices) == "differing"
    given = slices if differing else flair_of(slices)
    usual = next((u for u in card.usual if len(u.channels) == given.shape[-1]), None)
    if usual is None or not len(given):
        return stated
    found, ranges = statistics_of(given, usual)
    return (*stated, *(in_words(r, found[r.name], usual.channels) for r in beyond(found, ranges)))


def flair_of(slices: np.ndarray) -> np.ndarray:
    """(n, h, w, 1 or 3) -> (n, h, w, 1)."""
    return slices[..., FLAIR : FLAIR + 1] if slices.shape[-1] == 3 else slices


def look_at(slices: np.ndarray) -> LookedAt:
    """A training study, uint8 or uint16 (n, h, w, c), and ALONE of its slices."""
    return LookedAt(appearance(slices), tuple(map(appearance, middle_slices(slices))))


def middle_slices(slices: np.ndarray) -> list[np.ndarray]:
    """ALONE of a study's slices, each (1, h, w, c), spread over its middle seven tenths."""
    last = len(slices) - 1
    spread = np.linspace(0.15 * last, 0.85 * last, ALONE).round().astype(int)
    return [slices[i : i + 1] for i in np.unique(spread)]


def usual_look(looked: Sequence[LookedAt]) -> UsualLook:
    """What the studies, at least one and all of as many channels, have in common."""
    numbers = as_numbers(mean_pictures([one.whole.pictures for one in looked]))
    count = looked[0].whole.pictures.shape[-1]
    templates = from_numbers(numbers, count)  # rounded, as a card gives them back
    return UsualLook(
        channels=LGG_CHANNELS if count == 3 else (LGG_CHANNELS[FLAIR],),
        patients=len(looked),
        studies=_ranges([_statistics(one.whole, templates) for one in looked]),
        slices=_ranges([_statistics(slice_, templates) for one in looked for slice_ in one.alone]),
        templates=numbers,
    )


def statistics_of(
    slices: np.ndarray, usual: UsualLook
) -> tuple[dict[str, float], tuple[UsualRange, ...]]:
    """All statistics of (n, h, w, c), n >= 1, with the ranges that they are held against.

    Of fewer than FEW slices: the median over them, each looked at alone.
    """
    templates = from_numbers(usual.templates, len(usual.channels))
    alone = len(slices) < FEW
    looks = [appearance(one[None]) for one in slices] if alone else [appearance(slices)]
    each = [_statistics(look, templates) for look in looks]
    found = {name: float(np.median([one[name] for one in each])) for name in each[0]}
    return found, usual.slices if alone else usual.studies


def beyond(found: dict[str, float], ranges: Sequence[UsualRange]) -> list[UsualRange]:
    """The REASONS ranges that are left furthest, in their own widths."""

    def distance(r: UsualRange) -> float:
        width = max(r.seen_high - r.seen_low, LEAST)
        return max(r.low - found[r.name], found[r.name] - r.high) / width

    left = [r for r in ranges if r.name in found and distance(r) > 0]
    return sorted(left, key=distance, reverse=True)[:REASONS]


def _statistics(look: Appearance, templates: np.ndarray) -> dict[str, float]:
    return look.statistics | resemblance(look.pictures, templates)


def _ranges(rows: Sequence[dict[str, float]]) -> tuple[UsualRange, ...]:
    return tuple(_range(name, np.array([row[name] for row in rows])) for name in rows[0])


def _range(name: str, values: np.ndarray) -> UsualRange:
    """Limits beyond what was seen; where 0 has a meaning, 0, or the least seen if that is less."""
    furthest, low, high, other = np.quantile(values, (FURTHEST, 0.05, 0.95, 1 - FURTHEST))
    margin = MARGIN * max(high - low, LEAST)
    limits = (furthest - margin, other + margin)
    if (kind := name.split()[0]) in COMPARED:
        limits = (min(0.0, furthest) - COMPARED[kind], 2.0)  # nothing fits too well
    seen = {"seen_low": low, "seen_high": high, "low": limits[0], "high": limits[1]}
    return UsualRange(name=name, **{key: round(float(value), 4) for key, value in seen.items()})
