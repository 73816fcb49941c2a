from __future__ import annotations

from dataclasses import replace

from seg_core.reading import Agreement, Changes
from seg_core.reading.report import ALL, against_models, between_reviewers, figures_of_reviewers
from seg_core.reading.suspicion import Suspected
from seg_core.store import Mode, Read, Verdict
from seg_core.store.reveals import Answer, AnswerWord, Comparison, Discrepancy, Found, Reveal

SLICES = {"s": 10, "t": 10}


def read(
    seq: int,
    reviewer: str,
    slices: tuple[int, ...],
    study: str = "s",
    mode: Mode = "first",
    seconds: float | None = None,
) -> Read:
    verdict = Verdict("yes" if slices else "no", slices, active_seconds=seconds)
    return Read(seq, reviewer, study, mode, "", "now", verdict)


def reveal(
    seq: int,
    model: tuple[int, ...],
    truth: tuple[int, ...] | None = None,
    *answered: tuple[Found, AnswerWord],
) -> Reveal:
    known = None if truth is None else tuple(range(1, 11))
    found = tuple(one for one, _ in answered)
    comparison = Comparison(0.5, model, 0, found, truth, known)
    discrepancies = tuple(
        Discrepancy(i, seq, i, one, (Answer(word, "", ""),))
        for i, (one, word) in enumerate(answered, start=1)
    )
    return Reveal(seq, "", 1, "net/1", comparison, discrepancies)


def test_a_reviewer_is_laid_beside_each_model_slice_by_slice_over_all_studies() -> None:
    reads = [read(1, "Ada", (3, 4)), read(2, "Ada", (), "t")]
    reveals = {1: reveal(1, (4, 5)), 2: reveal(2, ())}

    (pair,) = against_models(reads, reveals, SLICES)

    assert (pair.first, pair.second, pair.mode, pair.studies) == ("Ada", "net/1", "first", 2)
    assert pair.slices == Agreement(both=1, first_only=1, second_only=1, neither=7 + 10)


def test_first_and_concurrent_reads_are_never_mixed() -> None:
    reads = [read(1, "Ada", (3,)), read(2, "Ada", (3,), "t", "concurrent")]
    reveals = {1: reveal(1, (3,)), 2: reveal(2, (3,))}

    assert [pair.mode for pair in against_models(reads, reveals, SLICES)] == ["concurrent", "first"]
    assert [line.mode for line in figures_of_reviewers(reads, reveals, SLICES)] == [
        "first",
        "concurrent",
    ]


def test_suspicion_is_kept_by_study_where_it_is_known_whether_there_is_tumour() -> None:
    def sure(one: Read, suspicion: int | None) -> Read:
        assert one.verdict is not None
        return replace(one, verdict=replace(one.verdict, suspicion=suspicion))

    reads = [
        sure(read(1, "Ada", (3,)), 5),
        sure(read(2, "Ben", (3,)), 4),
        sure(read(3, "Ada", (), "t"), 1),
        sure(read(4, "Ben", (), "t"), None),
    ]
    reveals = {1: reveal(1, (), (3,)), 2: reveal(2, (), (3,)), 3: reveal(3, (), ())}

    *_, everybody = figures_of_reviewers(reads, reveals, SLICES)

    assert everybody.suspected == (Suspected(True, (5, 4)), Suspected(False, (1,)))
    partly = replace(reveals[3].comparison, known_slices=(1, 2))  # the rest may hold tumour
    reveals[3] = replace(reveals[3], comparison=partly)
    *_, everybody = figures_of_reviewers(reads, reveals, SLICES)
    assert everybody.suspected == (Suspected(True, (5, 4)),)


def test_two_reviewers_are_compared_on_the_studies_that_both_read() -> None:
    reads = [read(1, "Ben", (3, 4)), read(2, "Ada", (4,)), read(3, "Ada", (9,), "t")]

    (pair,) = between_reviewers(reads, SLICES)

    assert (pair.first, pair.second, pair.studies) == ("Ada", "Ben", 1)
    assert pair.slices == Agreement(both=1, first_only=0, second_only=1, neither=8)


def test_a_change_after_the_reveal_shows_in_sensitivity_and_in_the_changes() -> None:
    missed = Found("model", (5, 6), 5, holds_tumour=True)
    reads = [read(1, "Ada", (4,), seconds=60.0)]
    reveals = {1: reveal(1, (4, 5, 6), (4, 5, 6, 7), (missed, "change"))}

    (ada,) = figures_of_reviewers(reads, reveals, SLICES)

    assert ada.before.sensitivity == 1 / 4
    assert ada.after.sensitivity == 3 / 4
    assert ada.changes == Changes(wrong_to_right=1)
    assert (ada.studies, ada.truth_studies, ada.seconds, ada.timed) == (1, 1, 60.0, 1)


def test_reads_whose_truth_was_seen_before_the_model_stand_apart_and_have_nothing_after() -> None:
    reads = [read(1, "Ada", (4,)), read(2, "Ada", (4,), "t")]
    knew = replace(reveal(2, (4, 5), (4, 5)), truth_first=True)

    blind, knowing = figures_of_reviewers(reads, {1: reveal(1, (4,), (4,)), 2: knew}, SLICES)

    assert (blind.mode, blind.studies) == ("first", 1)
    assert knowing.mode == "first, truth seen before the model"
    assert knowing.before.sensitivity == 1 / 2
    assert knowing.after.sensitivity is None


def test_all_reviewers_together_stand_last_where_there_are_several() -> None:
    reads = [read(1, "Ben", (3,), seconds=30.0), read(2, "Ada", (3,), seconds=90.0)]

    lines = figures_of_reviewers(reads, {}, SLICES)

    assert [line.reviewer for line in lines] == ["Ada", "Ben", ALL]
    assert lines[2].seconds == 60.0


def test_a_reviewer_may_be_called_as_the_line_of_all_is() -> None:
    reads = [read(1, ALL, (3,)), read(2, "Ben", (4,))]

    lines = figures_of_reviewers(reads, {}, SLICES)

    assert [(line.reviewer, line.studies) for line in lines] == [("Ben", 1), (ALL, 1), (ALL, 2)]


def test_what_was_not_measured_is_none() -> None:
    (ada,) = figures_of_reviewers([read(1, "Ada", (3,))], {1: reveal(1, (3,))}, SLICES)

    assert ada.seconds is None
    assert ada.truth_studies == 0
    assert ada.before.sensitivity is None


def test_a_read_without_a_verdict_counts_nowhere() -> None:
    unsealed = Read(1, "Ada", "s", "first", "")

    assert against_models([unsealed], {}, SLICES) == []
    assert between_reviewers([unsealed], SLICES) == []
    assert figures_of_reviewers([unsealed], {}, SLICES) == []
