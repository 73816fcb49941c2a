import pytest

from seg_core.inference.output_names import free_name, safe_name, stems
from seg_core.spreadsheet import spreadsheet_cell


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("TCGA_CS_4941_19960909", "TCGA_CS_4941_19960909"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a/b\\c:d", "a_b_c_d"),
        (".hidden", "hidden"),
        ("", "unnamed"),
        ("..", "unnamed"),
        ("étude 5", "étude 5"),
        ("a\nb\0c", "a_b_c"),
    ],
)
def test_a_name_becomes_a_plain_file_name(given: str, name: str) -> None:
    assert safe_name(given) == name


def test_a_long_name_fits_a_file_system_with_its_ending() -> None:
    assert len((safe_name("é" * 500) + "_probability.tif").encode()) <= 255


def test_a_name_that_is_taken_gets_a_number_whatever_its_case() -> None:
    taken: set[str] = set()

    assert [free_name(name, taken) for name in ("A", "a", "A")] == ["A", "a-2", "A-3"]


def test_a_slices_outputs_are_named_after_its_file() -> None:
    assert stems(["P_1.tif", "P_2.tif"]) == ["P_1", "P_2"]


def test_slices_of_one_stem_get_names_of_their_own() -> None:
    assert stems(["a.png", "a.tif", "A.jpg"]) == ["a", "a_tif", "A_jpg"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_a_cell_that_a_spreadsheet_would_carry_out_is_quoted(text: str) -> None:
    assert spreadsheet_cell(text) == "'" + text


def test_other_cells_stay() -> None:
    assert spreadsheet_cell("P_1.tif") == "P_1.tif"
