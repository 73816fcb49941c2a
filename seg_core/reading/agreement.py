"""How far two who read the same slices agree: agreement, kappa, prevalence, sensitivity.

Counts are of slices. Kappa falls with rare findings even where two agree on nearly every
slice, so it never stands without the prevalence. Intervals are drawn over studies, elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Agreement:
    """Slices that both, the first only, the second only, or neither calls tumour."""

    both: int = 0
    first_only: int = 0
    second_only: int = 0
    neither: int = 0

    def __add__(self, other: Agreement) -> Agreement:
        return Agreement(
            *(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__)
        )

    @property
    def slices(self) -> int:
        return self.both + self.first_only + self.second_only + self.neither

    @property
    def agreement(self) -> float | None:
        """Share of slices on which the two say the same; None without slices."""
        return (self.both + self.neither) / self.slices if self.slices else None

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa; None where chance alone would agree always, or without slices."""
        if not self.slices:
            return None
        first, second = self.both + self.first_only, self.both + self.second_only
        by_chance = first * second + (self.slices - first) * (self.slices - second)
        chance = by_chance / self.slices**2
        return None if chance == 1 else ((self.agreement or 0.0) - chance) / (1 - chance)

    @property
    def prevalence(self) -> float | None:
        """Mean share of slices that the two call tumour; None without slices."""
        called = 2 * self.both + self.first_only + self.second_only
        return called / (2 * self.slices) if self.slices else None

    @property
    def sensitivity(self) -> float | None:
        """Where the second is the truth: share of its slices that the first found; or None."""
        held = self.both + self.second_only
        return self.both / held if held else None

    @property
    def specificity(self) -> float | None:
        """Where the second is the truth: share of the other slices left alone; or None."""
        empty = self.first_only + self.neither
        return self.neither / empty if empty else None


def agreement_of(
    first: Collection[int], second: Collection[int], among: Collection[int]
) -> Agreement:
    """Count slices of `among`: all of a study, or those whose truth is known."""
    one, two, every = set(first) & set(among), set(second) & set(among), set(among)
    return Agreement(len(one & two), len(one - two), len(two - one), len(every - one - two))
