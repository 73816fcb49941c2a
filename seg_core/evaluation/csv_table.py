"""A table as CSV text that a spreadsheet opens without carrying anything out, and read back.

It writes no file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from seg_core.spreadsheet import plain_cell, spreadsheet_cell


def csv_text(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Head and rows; None is an empty cell, floats keep six digits."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow(
            ["" if v is None else f"{v:.6g}" if isinstance(v, float) else _cell(v) for v in row]
        )
    return text.getvalue()


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows by column, their cells as they were before `csv_text`; "" where one is missing."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {name: plain_cell(cell or "") for name, cell in row.items()}
            for row in csv.DictReader(file)
        ]


def _cell(value: object) -> object:
    return spreadsheet_cell(value) if isinstance(value, str) else value
