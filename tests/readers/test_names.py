from collections.abc import Callable, Sequence

import pytest

from seg_core.readers.names import (
    is_hidden,
    is_mask,
    natural_order,
    pairing_key,
    series_of,
    shown_name,
    slice_studies,
    told_apart,
)


def studies_of(
    paths: Sequence[str], top: str, content: Callable[[Sequence[str]], object]
) -> list[tuple[str, list[str]]]:
    found = told_apart(slice_studies(paths, top, content))
    return [(one.name, list(one.paths)) for one in found]


def unalike(paths: Sequence[str]) -> tuple[str, ...]:
    return tuple(paths)


def alike(paths: Sequence[str]) -> int:
    return len(paths)


def test_slices_are_counted_as_people_count() -> None:
    assert natural_order(["p_10.tif", "p_2.tif", "P_1.tif"]) == ["P_1.tif", "p_2.tif", "p_10.tif"]


def test_a_mask_and_its_slice_share_a_key_whatever_case_and_ending() -> None:
    assert pairing_key("P_1_MASK.png") == pairing_key("p_1.tif") == "p_1"
    assert is_mask("P_1_MASK.png")
    assert not is_mask("masked_1.png")


@pytest.mark.parametrize("name", [".DS_Store", "a/.hidden/1.tif", "__MACOSX/p/._1.tif"])
def test_what_systems_keep_for_themselves_is_hidden(name: str) -> None:
    assert is_hidden(name)


def test_a_shown_name_has_no_folder_and_no_control_character() -> None:
    assert shown_name("..\\..\\evil\x00\n.tif") == "evil__.tif"
    assert shown_name("/") == "unnamed"


def test_each_folder_is_a_study_and_loose_files_are_one_too() -> None:
    paths = ["b/1.tif", "a/2.tif", "a/1.tif", "1.tif", "readme.txt"]

    assert studies_of(paths, "top", unalike) == [
        ("top", ["1.tif"]),
        ("a", ["a/1.tif", "a/2.tif"]),
        ("b", ["b/1.tif"]),
    ]


def test_two_patients_in_one_folder_are_two_studies() -> None:
    paths = ["p_1.tif", "p_1_mask.tif", "p_2.tif", "q_1.tif", "q_2.tif"]

    assert series_of(paths) == {
        "p": ["p_1.tif", "p_1_mask.tif", "p_2.tif"],
        "q": ["q_1.tif", "q_2.tif"],
    }


def test_a_stray_file_does_not_make_a_second_study() -> None:
    paths = ["p_1.tif", "p_2.tif", "broken.tif"]

    assert series_of(paths) == {"": paths}


def test_studies_of_one_name_are_told_apart_by_the_folder_above() -> None:
    paths = ["x/axial/1.tif", "y/axial/1.tif", "deep/x/axial/2.tif", "z/1.tif"]

    named = [name for name, _ in studies_of(paths, "top", unalike)]

    assert sorted(named) == ["x axial", "x axial (2)", "y axial", "z"]


def test_series_of_one_name_are_told_apart_by_their_folder() -> None:
    paths = [f"{who}/{plane}_{i}.tif" for who in "xy" for plane in ("ax", "sag") for i in (1, 2)]

    named = [name for name, _ in studies_of(paths, "top", unalike)]

    assert named == ["x ax", "x sag", "y ax", "y sag"]


def test_a_copy_of_a_study_is_left_out() -> None:
    paths = ["set/p/1.tif", "set/set/p/1.tif", "set/q/1.tif"]

    assert [name for name, _ in studies_of(paths, "top", alike)] == ["p", "q"]
