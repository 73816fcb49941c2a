"""Reasons are shown whole, however many files were refused."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from pages.components.refused_files import MOST_WHOLE
from tests.pages.said import words


def draw(count: int) -> AppTest:
    def page(count: int) -> None:
        from pages.components.refused_files import refused_files

        refused_files([(f"a|{i}.tif", "expected 8 bits, found *one*") for i in range(count)])

    return AppTest.from_function(page, args=(count,)).run()


def test_a_few_stand_as_text_that_wraps() -> None:
    app = draw(2)

    assert "| a\\|1\\.tif | expected 8 bits, found \\*one\\* |" in words(app)
    assert not app.dataframe


def test_many_scroll_with_rows_high_enough_for_a_sentence() -> None:
    table = draw(MOST_WHOLE + 1).dataframe[0]

    assert len(table.value) == MOST_WHOLE + 1
    assert table.proto.row_height > 35
