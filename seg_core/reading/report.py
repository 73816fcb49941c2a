"""Reads of many studies as figures: agreement of pairs, against the truth, time, changes.

Slices are pooled over studies, and kept study by study for intervals. It decides nothing of
what may be seen; it is given only what may.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from statistics import median

from seg_core.reading.agreement import Agreement, agreement_of
from seg_core.reading.changes import Changes, count_changes, slices_after
from seg_core.reading.suspicion import Suspected
from seg_core.store.reads import Read
from seg_core.store.reveals import Reveal

ALL = "all reviewers"

TRUTH_FIRST = ", truth seen before the model"
"""Added to the mode of reads whose reviewer asked for the truth before any model was revealed."""


@dataclass(frozen=True)
class Pair:
    """Two who read the same studies, slice by slice. mode: of the reviewer's reads."""

    first: str
    second: str
    mode: str
    by_study: tuple[Agreement, ...]

    @property
    def studies(self) -> int:
        return len(self.by_study)

    @property
    def slices(self) -> Agreement:
        return sum(self.by_study, Agreement())


@dataclass(frozen=True)
class ReviewerFigures:
    """One reviewer's reads of one mode; those with the truth seen before the model stand apart.

    seconds: median a study without idle time, of `timed` studies where it was recorded.
    found_by_study: (first called tumour, reads) of each study with outlined tumour.
    before_by_study, after_by_study: against the truth, as first said and after the answers to
    the reveal; all reads of a study together. suspected: studies of which it is known whether
    they hold tumour, with the suspicion of the reads that say it.
    """

    reviewer: str
    mode: str
    studies: int
    seconds: float | None
    timed: int
    truth_studies: int
    found_by_study: tuple[tuple[int, int], ...]
    before_by_study: tuple[Agreement, ...]
    after_by_study: tuple[Agreement, ...]
    changes: Changes
    suspected: tuple[Suspected, ...] = ()

    @property
    def before(self) -> Agreement:
        return sum(self.before_by_study, Agreement())

    @property
    def after(self) -> Agreement:
        return sum(self.after_by_study, Agreement())


@dataclass
class _Sums:
    studies: int = 0
    seconds: list[float] = field(default_factory=list)
    truth_studies: int = 0
    found: dict[str, tuple[int, int]] = field(default_factory=dict)
    before: dict[str, Agreement] = field(default_factory=dict)
    after: dict[str, Agreement] = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)
    suspected: dict[str, Suspected] = field(default_factory=dict)


def against_models(
    reads: Iterable[Read], reveals: Mapping[int, Reveal], slices: Mapping[str, int]
) -> list[Pair]:
    """Each reviewer beside each model, as first said. slices: how many a study has, by its id."""
    found: dict[tuple[str, str, str], list[Agreement]] = {}
    for read in reads:
        reveal = reveals.get(read.seq)
        if reveal is None or read.verdict is None:
            continue
        every = range(1, slices[read.study_id] + 1)
        one = agreement_of(read.verdict.slices, reveal.comparison.model_slices, every)
        key = (read.reviewer, reveal.model, read.mode)
        found.setdefault(key, []).append(one)
    return [Pair(*key, tuple(found[key])) for key in sorted(found)]


def between_reviewers(reads: Iterable[Read], slices: Mapping[str, int]) -> list[Pair]:
    """Each two reviewers on the studies that both read, as each first said; modes not mixed."""
    by_study: dict[tuple[str, str], list[Read]] = {}
    for read in reads:
        if read.verdict is not None:
            by_study.setdefault((read.study_id, read.mode), []).append(read)
    found: dict[tuple[str, str, str], list[Agreement]] = {}
    for (study_id, mode), those in by_study.items():
        ordered = sorted(those, key=lambda read: read.reviewer)
        for one, other in combinations(ordered, 2):
            assert one.verdict is not None  # only sealed ones are here
            assert other.verdict is not None
            every = range(1, slices[study_id] + 1)
            both = agreement_of(one.verdict.slices, other.verdict.slices, every)
            key = (one.reviewer, other.reviewer, mode)
            found.setdefault(key, []).append(both)
    return [Pair(*key, tuple(found[key])) for key in sorted(found)]


def figures_of_reviewers(
    reads: Sequence[Read], reveals: Mapping[int, Reveal], slices: Mapping[str, int]
) -> list[ReviewerFigures]:
    """Each reviewer and mode, then all reviewers together by mode where there are several.

    slices: how many a study has, by its id.
    """
    sums: dict[tuple[str | None, str], _Sums] = {}  # None: all, which is nobody's name
    for read in reads:
        if read.verdict is not None:
            reveal = reveals.get(read.seq)
            mode = read.mode + (TRUTH_FIRST if reveal and reveal.truth_first else "")
            for name in (read.reviewer, None):
                _add(sums.setdefault((name, mode), _Sums()), read, reveal, slices[read.study_id])
    several = len({read.reviewer for read in reads if read.verdict is not None}) > 1
    names = sorted(name for name, _ in sums if name is not None)
    order = [*dict.fromkeys(names), *([None] if several else [])]
    return [
        _figures(ALL if name is None else name, mode, sums[name, mode])
        for name in order
        for mode in (kind + knew for kind in ("first", "concurrent") for knew in ("", TRUTH_FIRST))
        if (name, mode) in sums
    ]


def _add(sums: _Sums, read: Read, reveal: Reveal | None, slices: int) -> None:
    assert read.verdict is not None  # asked of sealed reads only
    sums.studies += 1
    if read.verdict.active_seconds is not None:
        sums.seconds.append(read.verdict.active_seconds)
    if reveal is None:
        return
    sums.changes += count_changes(reveal.discrepancies)
    truth, known = reveal.comparison.truth_slices, reveal.comparison.known_slices
    if truth is None or not known:
        return
    sums.truth_studies += 1
    study_id = read.study_id
    if truth:
        found, reads = sums.found.get(study_id, (0, 0))
        sums.found[study_id] = found + (read.verdict.tumour == "yes"), reads + 1
    if read.verdict.suspicion is not None and (truth or len(known) == slices):
        one = sums.suspected.get(study_id, Suspected(bool(truth), ()))
        sums.suspected[study_id] = replace(one, said=(*one.said, read.verdict.suspicion))
    before = agreement_of(read.verdict.slices, truth, known)
    sums.before[study_id] = sums.before.get(study_id, Agreement()) + before
    if not reveal.truth_first:  # nothing was asked, so there is no after
        after = agreement_of(slices_after(read.verdict, reveal), truth, known)
        sums.after[study_id] = sums.after.get(study_id, Agreement()) + after


def _figures(name: str, mode: str, sums: _Sums) -> ReviewerFigures:
    return ReviewerFigures(
        reviewer=name,
        mode=mode,
        studies=sums.studies,
        seconds=median(sums.seconds) if sums.seconds else None,
        timed=len(sums.seconds),
        truth_studies=sums.truth_studies,
        found_by_study=tuple(sums.found.values()),
        before_by_study=tuple(sums.before.values()),
        after_by_study=tuple(sums.after.values()),
        changes=sums.changes,
        suspected=tuple(sums.suspected.values()),
    )
