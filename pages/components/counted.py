"""A number with its noun: `1 slice`, `2 studies`. It knows no irregular plurals."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """`1,204 slices`; `noun` is given in the singular, and its last word takes the plural."""
    if number == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {plural}"
