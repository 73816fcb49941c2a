"""Many names as a line on the screen: the first few, and how many more there are."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice

MOST = 5


def few_names(names: Collection[str]) -> str:
    """`A, B, C, D, E and 17 more`; all of them where they are few."""
    shown = ", ".join(islice(names, MOST))
    return f"{shown} and {len(names) - MOST} more" if len(names) > MOST else shown
