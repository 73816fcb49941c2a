from __future__ import annotations

import dataclasses

import numpy as np

from seg_core.reading import compare
from seg_core.reading.discrepancies import neighbours_together
from seg_core.store import Marker, Outline, Verdict
from seg_core.study import EngineInfo, Reading, Study

SIDE = 64


def study(truth: dict[int, tuple[int, int]] | None = None, slices: int = 10) -> Study:
    """Slices of 64 x 64; the truth is a square of 8 at (row, column), a slice number each."""
    mask = np.zeros((slices, SIDE, SIDE), bool)
    for number, (row, column) in (truth or {}).items():
        mask[number - 1, row : row + 8, column : column + 8] = True
    return Study(
        name="A",
        source="a test",
        files=tuple(f"A_{i}.tif" for i in range(1, slices + 1)),
        slices=np.zeros((slices, SIDE, SIDE, 1), np.uint8),
        truth=None if truth is None else mask,
    )


def reading(squares: list[tuple[int, int, int]], slices: int = 10) -> Reading:
    """A model that has a square of 8 in each (slice number, row, column)."""
    probability = np.zeros((slices, SIDE, SIDE), np.float32)
    for number, row, column in squares:
        probability[number - 1, row : row + 8, column : column + 8] = 0.9
    confidence = probability.max(axis=(1, 2))
    return Reading(
        "net", "1", "0", EngineInfo("f", "f", "f"), probability, confidence, True, 0.5, 0.9
    )


ONE = reading([(3, 8, 8), (4, 8, 10), (5, 8, 12)])


def test_what_both_have_is_no_discrepancy_even_where_its_extent_differs() -> None:
    found = compare(study(), ONE, Verdict("yes", (4, 5, 6)))

    assert found.found == ()
    assert found.model_slices == (3, 4, 5)


def test_a_component_that_the_reviewer_has_not_is_one_discrepancy_over_all_its_slices() -> None:
    (found,) = compare(study(), ONE, Verdict("no")).found

    assert (found.kind, found.slices, found.area_px) == ("model", (3, 4, 5), 3 * 64)
    assert (found.at_slice, found.x, found.y) == (3, 12.0, 12.0)


def test_slices_in_which_the_model_has_nothing_are_the_reviewers_discrepancy() -> None:
    (found,) = compare(study(), ONE, Verdict("yes", (3, 8, 9))).found

    assert (found.kind, found.slices, found.at_slice) == ("reviewer", (8, 9), 9)


def test_the_largest_component_comes_first_and_the_reviewers_come_last() -> None:
    two = reading([(2, 40, 40), (5, 8, 8), (6, 8, 8)])

    kinds = [(f.kind, f.slices) for f in compare(study(), two, Verdict("yes", (9,))).found]

    assert kinds == [("model", (5, 6)), ("model", (2,)), ("reviewer", (9,))]


def test_a_marker_means_the_component_that_it_lies_on_and_no_other() -> None:
    two = reading([(4, 8, 8), (4, 40, 40)])
    verdict = Verdict("yes", (4,), markers=(Marker(4, 12.0, 12.0),))

    (found,) = compare(study(), two, verdict).found

    assert (found.kind, found.x, found.y) == ("model", 44.0, 44.0)


def test_slices_of_components_that_both_have_are_kept_apart() -> None:
    two = reading([(4, 8, 8), (5, 8, 8), (4, 40, 40), (9, 40, 40)])
    verdict = Verdict("yes", (4,), markers=(Marker(4, 12.0, 12.0), Marker(4, 60.0, 5.0)))

    found = compare(study(), two, verdict)

    assert (found.model_slices, found.agreed_slices) == ((4, 5, 9), (4, 5))


def test_a_marker_far_from_every_component_is_a_discrepancy_at_its_place() -> None:
    verdict = Verdict("yes", (4,), markers=(Marker(4, 12.0, 12.0), Marker(4, 60.0, 5.0)))

    (found,) = compare(study(), reading([(4, 8, 8)]), verdict).found

    assert (found.kind, found.slices, found.x, found.y) == ("reviewer", (4,), 60.0, 5.0)


def test_marks_at_different_places_are_asked_about_one_by_one() -> None:
    around = Outline(4, ((2.0, 2.0), (20.0, 2.0), (20.0, 20.0), (2.0, 20.0)))
    markers = Marker(4, 60.0, 5.0), Marker(5, 61.0, 7.0), Marker(5, 10.0, 10.0)
    verdict = Verdict("yes", (4, 5), markers=markers, outlines=(around,))

    found = compare(study(), reading([(9, 40, 40)]), verdict).found

    own = [one for one in found if one.kind == "reviewer"]
    assert [(one.slices, one.x, one.y) for one in own] == [
        ((4, 5), 60.0, 5.0), ((4, 5), 11.0, 11.0)
    ]  # fmt: skip


def test_an_outline_around_a_component_means_it() -> None:
    around = Outline(4, ((2.0, 2.0), (30.0, 2.0), (30.0, 30.0), (2.0, 30.0)))

    found = compare(study(), reading([(4, 12, 12)]), Verdict("yes", (4,), outlines=(around,)))

    assert found.found == ()


def test_specks_are_counted_and_not_asked_about() -> None:
    probability = ONE.probability.copy()
    probability[8, 50, 50] = 0.9
    speckled = dataclasses.replace(ONE, probability=probability)

    found = compare(study(), speckled, Verdict("yes", (4,)))

    assert (found.found, found.specks, found.model_slices) == ((), 1, (3, 4, 5))


def test_truth_is_noted_where_it_is_known_and_nowhere_else() -> None:
    verdict = Verdict("yes", (9,))
    known = compare(study({3: (8, 8)}), ONE, verdict)
    assert [f.holds_tumour for f in known.found] == [True, False]
    assert known.truth_slices == (3,)
    assert known.known_slices == tuple(range(1, 11))

    nobody_knows = compare(study(), ONE, verdict)
    assert [f.holds_tumour for f in nobody_knows.found] == [None, None]
    assert nobody_knows.truth_slices is None


def test_a_component_beside_the_outlined_tumour_does_not_hold_it() -> None:
    (found,) = compare(study({3: (50, 50)}), ONE, Verdict("no")).found

    assert found.holds_tumour is False


def test_a_mark_holds_tumour_only_where_it_lies_on_it_or_as_near_as_a_hand_may_miss() -> None:
    around = ((2.0, 2.0), (30.0, 2.0), (30.0, 30.0), (2.0, 30.0))
    marked = [
        Verdict("yes", (7,), markers=(Marker(7, 55.0, 55.0),)),
        Verdict("yes", (7,), markers=(Marker(7, 18.0, 12.0),)),
        Verdict("yes", (7,), outlines=(Outline(7, around),)),
    ]

    found = [compare(study({7: (8, 8)}), reading([]), verdict).found for verdict in marked]

    assert [[f.holds_tumour for f in one] for one in found] == [[False], [True], [True]]


def test_a_mark_in_a_slice_without_tumour_is_wrong_and_one_of_unknown_truth_is_neither() -> None:
    verdict = Verdict("yes", (7,), markers=(Marker(7, 12.0, 12.0),))
    known = np.ones(10, bool)
    known[6] = False

    (empty,) = compare(study({3: (8, 8)}), reading([]), verdict).found
    partly = dataclasses.replace(study({3: (8, 8)}), truth_known=known)
    (unknown,) = compare(partly, reading([]), verdict).found

    assert empty.holds_tumour is False
    assert unknown.holds_tumour is None


def test_neighbouring_numbers_form_a_group() -> None:
    assert neighbours_together([7, 3, 5, 4]) == [(3, 4, 5), (7,)]
