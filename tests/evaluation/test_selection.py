"""Slices worth a look."""

from seg_core.evaluation.selection import choose_slices

from .measured import one, patient

PATIENT = patient(
    "p",
    one("good", 9, 0, 1),
    one("middling", 5, 5, 5),
    one("poor", 1, 9, 9),
    one("missed small", 0, 0, 2),
    one("missed large", 0, 3, 20),
    one("right empty", 0, 0, 0),
    one("alarm", 0, 4, 0),
    one("large alarm", 0, 40, 0),
)


def files(kind, count=2):
    return [c.file for c in choose_slices([PATIENT], count) if c.kind == kind]


def test_best_median_and_worst_are_by_dice():
    assert files("best") == ["good", "middling"]
    assert files("median") == ["missed small", "poor"]
    assert files("worst") == ["missed large", "missed small"]


def test_every_wrong_slice_is_chosen_the_largest_first():
    assert files("missed", 1) == ["missed large", "missed small"]
    assert files("false alarm", 1) == ["large alarm", "alarm"]


def test_without_tumour_nothing_is_best():
    assert choose_slices([patient("p", one("e", 0, 0, 0))]) == []
