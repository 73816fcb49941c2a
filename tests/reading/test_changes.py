from __future__ import annotations

import pytest

from seg_core.reading import Changes, count_changes, slices_after
from seg_core.store import Verdict
from seg_core.store.reveals import Answer, AnswerWord, Comparison, Discrepancy, Found, Reveal, Who


def said(
    kind: Who, holds: bool | None, *words: AnswerWord, slices: tuple[int, ...] = (5,)
) -> Discrepancy:
    answers = tuple(Answer(word, "", "") for word in words)
    return Discrepancy(1, 1, 1, Found(kind, slices, slices[0], holds_tumour=holds), answers)


def shown(
    model_slices: tuple[int, ...],
    *answered: Discrepancy,
    agreed: tuple[int, ...] | None = None,
) -> Reveal:
    found = tuple(one.found for one in answered)
    comparison = Comparison(0.5, model_slices, 0, found, agreed_slices=agreed)
    return Reveal(1, "", 1, "net/1", comparison, answered)


@pytest.mark.parametrize(
    ("kind", "holds", "word", "expected"),
    [
        ("model", True, "change", Changes(wrong_to_right=1)),  # had missed a tumour, takes it in
        ("model", False, "change", Changes(right_to_wrong=1)),  # takes a false alarm in
        ("model", True, "keep", Changes(wrong=1)),
        ("model", False, "keep", Changes(right=1)),
        ("reviewer", True, "change", Changes(right_to_wrong=1)),  # gives a tumour up
        ("reviewer", False, "change", Changes(wrong_to_right=1)),
        ("reviewer", True, "unsure", Changes(right=1)),  # unsure changes nothing
        ("reviewer", None, "change", Changes(unknown=1)),
    ],
)
def test_a_change_is_judged_by_the_truth_of_its_place(
    kind: Who, holds: bool | None, word: AnswerWord, expected: Changes
) -> None:
    assert count_changes([said(kind, holds, word)]) == expected


def test_the_last_answer_counts() -> None:
    assert count_changes([said("model", True, "change", "keep")]) == Changes(wrong=1)


def test_what_nobody_answered_is_counted_apart() -> None:
    total = count_changes([said("model", True), said("model", True, "change")])

    assert total == Changes(wrong_to_right=1, unanswered=1)
    assert (total.judged, total.changed) == (1, 1)


def test_changed_answers_add_the_models_slices_and_take_away_the_reviewers() -> None:
    verdict = Verdict("yes", (3, 9))
    reveal = shown(
        (3, 5, 6, 7),
        said("model", None, "change", slices=(5, 6)),
        said("model", None, "keep", slices=(7,)),
        said("reviewer", None, "change", slices=(9,)),
    )

    assert slices_after(verdict, reveal) == (3, 5, 6)
    assert verdict.slices == (3, 9)


def test_a_mark_given_up_leaves_the_slice_to_what_both_have_in_it() -> None:
    stray = said("reviewer", None, "change", slices=(4, 5))

    assert slices_after(Verdict("yes", (4, 5)), shown((3, 4), stray)) == (4,)


def test_what_both_have_holds_its_slice_beside_a_component_that_is_not_taken() -> None:
    kept = said("model", None, "keep", slices=(4, 5))
    stray = said("reviewer", None, "change", slices=(4, 5))
    reveal = shown((4, 5), kept, stray, agreed=(4,))

    assert slices_after(Verdict("yes", (4, 5)), reveal) == (4,)


def test_a_mark_given_up_leaves_the_slice_to_what_was_taken_from_the_model() -> None:
    taken = said("model", None, "change", slices=(4,))
    stray = said("reviewer", None, "change", slices=(4,))

    assert slices_after(Verdict("yes", (4,)), shown((4,), taken, stray)) == (4,)


def test_a_mark_given_up_takes_the_slice_where_the_models_own_is_not_taken() -> None:
    kept = said("model", None, "keep", slices=(4,))
    stray = said("reviewer", None, "change", slices=(4,))

    assert slices_after(Verdict("yes", (4,)), shown((4,), kept, stray)) == ()


def test_a_mark_given_up_leaves_the_slice_to_another_mark_that_is_kept() -> None:
    kept = said("reviewer", None, "keep", slices=(4, 5))
    stray = said("reviewer", None, "change", slices=(4,))

    assert slices_after(Verdict("yes", (4, 5)), shown((), kept, stray)) == (4, 5)
