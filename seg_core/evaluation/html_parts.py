"""Pieces of a report's page: a section under its heading, and a table. All text is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


def section(title: str, body: str) -> str:
    """body: markup."""
    return f"<section><h2>{escape(title)}</h2>{body}</section>"


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table of plain text; without a row of headings where `head` is empty."""
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table>{f'<tr>{top}</tr>' if top else ''}{body}</table>"
