import pytest

from seg_core.readers.numbering import numbering_notes


def series(*numbers: int, ending: str = ".tif") -> list[str]:
    return [f"P_{number}{ending}" for number in numbers]


def said(files: list[str]) -> list[tuple[str, str]]:
    return [(note.kind, note.reason.split(":")[0].split(",")[0]) for note in numbering_notes(files)]


def test_slices_missing_from_a_series_are_named() -> None:
    one = series(*range(1, 8), *range(9, 20))
    more = series(*range(1, 8), *range(10, 20))

    assert said(one) == [
        ("missing slices", "Slice 8 is missing by the numbers in the file names"),
    ]
    assert said(more) == [
        ("missing slices", "Slices 8 and 9 are missing by the numbers in the file names"),
    ]


def test_a_series_cut_in_two_counts_what_it_lacks() -> None:
    ((kind, reason),) = said(series(*range(1, 10), *range(51, 60)))

    assert kind == "missing slices"
    assert reason.startswith("41 slices (10")


def test_numbers_in_brackets_count_too() -> None:
    assert said([f"Slice ({n}).png" for n in (*range(1, 9), *range(10, 20))])


def test_a_slice_there_twice_is_named() -> None:
    files = [*series(*range(1, 10)), "P_09.tif", "P_10.tif"]

    assert said(files) == [("double slices", "Slice 9 is there more than once")]


@pytest.mark.parametrize(
    "files",
    [
        series(*range(1, 30)),
        series(*range(0, 60, 2)),
        series(1, 2, 4, 5),
        series(3, 9, 20, 21, 40, 77, 78, 90, 101, 140),
        series(*range(1, 8), *range(9, 20), ending=".jpg"),
        series(*range(1, 12), 20260101093000),
        series(*range(2, 20, 2), 21, 23, 25),
        [f"P_{letter}.tif" for letter in "abcdefghij"],
        [f"{series}_{number}.tif" for series in "ab" for number in (1, 2, 3, 4, 6, 7)],
    ],
    ids=[
        "whole",
        "every other",
        "few",
        "no series",
        "a collection",
        "a time",
        "odd",
        "no numbers",
        "two series",
    ],
)
def test_nothing_is_said_of(files: list[str]) -> None:
    assert numbering_notes(files) == ()
