import numpy as np
import pytest

from seg_core.study import EngineInfo, Reading
from seg_core.triage.ranges import (
    flagged_ranges,
    flags,
    format_ranges,
    parse_ranges,
    ranges_of,
)


def make_reading(confidence: list[float], *, calibrated: bool = True) -> Reading:
    return Reading(
        model_name="paper-unet",
        model_version="1",
        model_sha256="0" * 64,
        engine=EngineInfo("fake", "f32", "CPU"),
        probability=np.zeros((len(confidence), 2, 2), np.float32),
        confidence=np.array(confidence, np.float32),
        calibrated=calibrated,
        pixel_threshold=0.5,
        confidence_threshold=0.98,
    )


def test_neighbouring_flags_become_one_range() -> None:
    assert flagged_ranges([False, True, True, False, True]) == [(2, 3), (5, 5)]


def test_a_range_may_reach_both_ends_of_the_study() -> None:
    assert flagged_ranges([True, True, True]) == [(1, 3)]


def test_no_flag_gives_no_range() -> None:
    assert flagged_ranges([]) == flagged_ranges([False, False]) == []


def test_ranges_are_written_with_a_dash_and_single_slices_alone() -> None:
    assert format_ranges([(63, 65), (70, 70)]) == "63-65, 70"


def test_a_slice_exactly_at_the_threshold_is_flagged() -> None:
    assert flags(make_reading([0.9799, 0.98, 1.0])).tolist() == [False, True, True]


def test_a_threshold_given_replaces_the_cards() -> None:
    assert flags(make_reading([0.5, 0.7]), 0.6).tolist() == [False, True]


def test_nothing_is_flagged_where_the_confidence_is_not_calibrated() -> None:
    assert not flags(make_reading([1.0, 1.0], calibrated=False)).any()


def test_slice_numbers_become_ranges_and_come_back() -> None:
    numbers = (63, 64, 65, 70)

    assert format_ranges(ranges_of(numbers)) == "63-65, 70"
    assert parse_ranges("63-65, 70", 100) == numbers
    assert ranges_of([]) == []


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [("", ()), (" 7 ", (7,)), ("5;3 – 4", (3, 4, 5)), ("2-3, 3, ,", (2, 3))],
)
def test_ranges_are_read_as_people_type_them(typed: str, numbers: tuple[int, ...]) -> None:
    assert parse_ranges(typed, 10) == numbers


@pytest.mark.parametrize("typed", ["0", "11", "5-3", "9-11", "x", "1.5", "-2"])
def test_what_is_no_slice_of_the_study_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="expected numbers from 1 to 10"):
        parse_ranges(typed, 10)
