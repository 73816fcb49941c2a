"""Whom a network's training looked at, and whether given slices are theirs. It opens no study."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from seg_core.models.file_names import SEEN_SLICES
from seg_core.models.registry import ReleasedModel
from seg_core.models.seen_slices import read_seen_slices
from seg_core.models.slice_digests import slice_digests

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
        """The first of the names that training knows; None: none of them, though a copy may be."""
        return next((name for name in names if name in self.names), None)

    def whose(self, names: Iterable[str], slices: np.ndarray) -> str | None:
        """Whom or what these slices are of, as training named it; None: never seen.

        names: what they are called here; slices: uint8 or uint16 (n, height, width, channels). They
        are seen by a name, where training knows ENOUGH of the slices that are not blank, or where
        they hold ENOUGH of a training patient's: a copy may lack slices, or have others beside.
        """
        name = self.named(names)
        if name is not None or not self.slices:
            return name
        digests = slice_digests(slices)
        known = Counter(self.slices[one] for one in digests if one in self.slices)
        if not known:
            return None
        enough = known.total() >= ENOUGH * len(digests) or any(
            count >= ENOUGH * self._sizes[one] for one, count in known.items()
        )
        return known.most_common(1)[0][0] if enough else None

    @cached_property
    def _sizes(self) -> Counter[str]:
        return Counter(self.slices.values())


def seen_by(model: ReleasedModel) -> Seen:
    """Of a released model; without digests on cards of before. Raises ModelError."""
    data, sha256 = model.card.data, model.card.files.get(SEEN_SLICES)
    slices = read_seen_slices(model.folder, sha256) if sha256 and data.seen_slices else {}
    return Seen(frozenset(data.seen), slices)
