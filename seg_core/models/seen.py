"""Whom a network's training looked at, and whether given slices are theirs. It opens no study."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

import numpy as np

from seg_core.models.file_names import SEEN_SLICES
from seg_core.models.registry import ReleasedModel
from seg_core.models.seen_slices import read_seen_slices
from seg_core.models.slice_digests import slice_digests
from seg_core.subject import subject_of

ENOUGH = 0.5
"""Share of a study's slices, or of a training patient's, from which on they are one patient's."""


@dataclass(frozen=True)
class Seen:
    """names: of patients and images. slices: digest of a slice -> the name that it is of."""

    names: frozenset[str] = frozenset()
    slices: Mapping[str, str] = field(default_factory=dict)

    @property
    def by_pixels(self) -> bool:
        """False where names alone are compared, so that a renamed copy passes for a stranger."""
        return bool(self.slices)

    def named(self, names: Iterable[str]) -> str | None:
        """Whom training knows by one of the names, as it named them; None: nobody, though a copy
        may be. Another visit of a patient whom it knows is that patient."""
        tried = list(names)
        exact = (name for name in tried if name in self.names)
        visits = (self._subjects[s] for s in map(subject_of, tried) if s in self._subjects)
        return next(chain(exact, visits), None)

    def whose(self, names: Iterable[str], slices: np.ndarray) -> str | None:
        """Whom or what these slices are of, as training named it; None: never seen.

        names: what they are called here; slices: uint8 or uint16 (n, height, width, channels). They
        are seen by a name, where training knows ENOUGH of the slices that are not blank, or where
        they hold ENOUGH of a training patient's: a copy may lack slices, or have others beside.
        """
        name = self.named(names)
        if name is not None or not self.slices:
            return name
        return one_patients(slice_digests(slices), self.slices, self._sizes)

    def knows_pixels(self, slices: np.ndarray) -> bool:
        """Whether training knows any of these slices, whatever they are called."""
        return not slice_digests(slices).isdisjoint(self.slices)

    @cached_property
    def _subjects(self) -> dict[str, str]:
        return {subject_of(name): name for name in sorted(self.names)}

    @cached_property
    def _sizes(self) -> Counter[str]:
        return Counter(self.slices.values())


def one_patients(
    digests: Collection[str], known: Mapping[str, str], sizes: Mapping[str, int]
) -> str | None:
    """Whose slices these digests are of, where ENOUGH of them, or of one patient's, are known.

    known: digest -> patient; sizes: how many each patient has.
    """
    found = Counter(known[one] for one in digests if one in known)
    if not found:
        return None
    enough = found.total() >= ENOUGH * len(digests) or any(
        count >= ENOUGH * sizes[one] for one, count in found.items()
    )
    return found.most_common(1)[0][0] if enough else None


def seen_by(model: ReleasedModel) -> Seen:
    """Of a released model; without digests on cards of before. Raises ModelError."""
    data, sha256 = model.card.data, model.card.files.get(SEEN_SLICES)
    slices = read_seen_slices(model.folder, sha256) if sha256 and data.seen_slices else {}
    return Seen(frozenset(data.seen), slices)
