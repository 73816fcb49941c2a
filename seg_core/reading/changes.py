"""What answers after the reveal did to a read, and whether they turned it right or wrong.

Only answers where the truth is known are counted; a bias is measured, never assumed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from seg_core.store.reveals import Discrepancy, Found, Reveal, Who
from seg_core.store.verdicts import Verdict


@dataclass(frozen=True)
class Changes:
    """Answered discrepancies by what they did.

    right, wrong: kept or left unsure, and right or wrong all along, by the truth.
    unknown: answered where no truth is known; unanswered: without an answer.
    """

    wrong_to_right: int = 0
    right_to_wrong: int = 0
    right: int = 0
    wrong: int = 0
    unknown: int = 0
    unanswered: int = 0

    def __add__(self, other: Changes) -> Changes:
        return Changes(
            *(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__)
        )

    @property
    def judged(self) -> int:
        """Answers whose truth is known."""
        return self.wrong_to_right + self.right_to_wrong + self.right + self.wrong

    @property
    def changed(self) -> int:
        """Changed reads whose truth is known."""
        return self.wrong_to_right + self.right_to_wrong


def was_right(discrepancy: Discrepancy) -> bool | None:
    """Whether the reviewer's first verdict was right there; None where the truth is not known.

    What only the model has is outlined tumour, or not; what only the reviewer has likewise.
    """
    holds = discrepancy.found.holds_tumour
    if holds is None:
        return None
    return holds == (discrepancy.found.kind == "reviewer")


def count_changes(discrepancies: Iterable[Discrepancy]) -> Changes:
    """What the answers that count did to the first verdict."""
    total = Changes()
    for discrepancy in discrepancies:
        total += _change(discrepancy)
    return total


def _change(discrepancy: Discrepancy) -> Changes:
    right, answer = was_right(discrepancy), discrepancy.answer
    if answer is None:
        return Changes(unanswered=1)
    if right is None:
        return Changes(unknown=1)
    if answer == "change":
        return Changes(right_to_wrong=1) if right else Changes(wrong_to_right=1)
    return Changes(right=1) if right else Changes(wrong=1)


def slices_after(verdict: Verdict, reveal: Reveal) -> tuple[int, ...]:
    """Slices with tumour once the changed answers are taken in; the verdict itself stays.

    A finding that is given up takes its slices with it, but for those in which a component
    lies that both have, or that was taken from the model, or another finding that was not given up.
    """
    others = [d.found for d in reveal.discrepancies if d.answer != "change"]
    changed = [d.found for d in reveal.discrepancies if d.answer == "change"]
    given_up = _slices_of(changed, "reviewer")
    taken = _slices_of(changed, "model")
    stays = _agreed(reveal) | _slices_of(others, "reviewer")
    return tuple(sorted((set(verdict.slices) - (given_up - stays)) | taken))


def _agreed(reveal: Reveal) -> set[int]:
    """Slices of the model's components that the reviewer has too.

    An older reveal stored none: then those slices in which no component is missing.
    """
    compared = reveal.comparison
    if compared.agreed_slices is not None:
        return set(compared.agreed_slices)
    return set(compared.model_slices) - _slices_of(compared.found, "model")


def _slices_of(found: Iterable[Found], kind: Who) -> set[int]:
    return {number for one in found if one.kind == kind for number in one.slices}
