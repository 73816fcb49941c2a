"""Texts as cells of a table that a spreadsheet opens without carrying anything out, and back."""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would carry out."""


def spreadsheet_cell(text: str) -> str:
    """`text` with a quote before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def plain_cell(cell: str) -> str:
    """A cell's text as it was before `spreadsheet_cell` quoted it."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA) else cell
