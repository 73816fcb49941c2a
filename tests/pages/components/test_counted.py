import pytest

from pages.components.counted import counted


@pytest.mark.parametrize(
    ("number", "noun", "said"),
    [
        (0, "slice", "0 slices"),
        (1, "slice", "1 slice"),
        (1, "study", "1 study"),
        (2, "study", "2 studies"),
        (1204, "tumour slice", "1,204 tumour slices"),
    ],
)
def test_one_is_singular_and_any_other_number_plural(number: int, noun: str, said: str) -> None:
    assert counted(number, noun) == said
