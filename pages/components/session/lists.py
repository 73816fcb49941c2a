"""Keys of the pages that list studies: Home and Worklist."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

WORKLIST_SECTION = "worklist_section"
"""Which half of the worklist is shown, such as `Discrepancies`."""

WORKLIST_LIST = "worklist_list"
"""Name of the study list that the worklist shows; None for all of them."""

WORKLIST_TICKED = "worklist_ticked"
"""Ids of the studies that are ticked in the worklist's table, in the order of the ticks."""

WORKLIST_NEXT = "worklist_next"
"""The section that the worklist shows at its next run."""

STUDIES_SHOWN = "studies_shown"
"""How many studies Home lists."""

QUEUED = "queued_studies"
"""How many studies waited for a model when the worklist was last drawn whole."""


def in_order_of_ticks(ids: Sequence[str]) -> list[str]:
    """The ticked studies, the one that was ticked last at the end. ids: in the table's order."""
    before = st.session_state.get(WORKLIST_TICKED, [])
    ordered = [one for one in before if one in ids] + [one for one in ids if one not in before]
    st.session_state[WORKLIST_TICKED] = ordered
    return ordered
