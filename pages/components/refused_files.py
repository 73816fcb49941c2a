"""Files that were not read, each with its whole reason. It reads none."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.components.plain_text import plain

MOST_WHOLE = 100
"""Files that stand in a table as high as its text; of more the table scrolls."""

TALL_PX = 78
"""Of a row in the table that scrolls: three lines, for it wraps its text no further."""


def refused_files(refused: Sequence[tuple[str, str]], head: str = "file") -> None:
    """A row a (file, reason); the reason wraps, where a table of data would cut it off."""
    if len(refused) > MOST_WHOLE:
        columns = {head: [file for file, _ in refused], "reason": [why for _, why in refused]}
        wide = {"reason": st.column_config.TextColumn(width="large")}
        st.dataframe(columns, hide_index=True, column_config=wide, row_height=TALL_PX)
        return
    rows = ((head, "reason"), ("---", "---"), *((plain(f), plain(why)) for f, why in refused))
    st.markdown("\n".join(f"| {' | '.join(row)} |" for row in rows))
