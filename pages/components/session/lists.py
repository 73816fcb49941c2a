"""Keys of the pages that list studies: Home and Worklist."""

from __future__ import annotations

WORKLIST_SECTION = "worklist_section"
"""Which half of the worklist is shown, such as `Discrepancies`."""

WORKLIST_LIST = "worklist_list"
"""Name of the study list that the worklist shows; None for all of them."""

WORKLIST_NEXT = "worklist_next"
"""The section that the worklist shows at its next run."""

STUDIES_SHOWN = "studies_shown"
"""How many studies Home lists."""

QUEUED = "queued_studies"
"""How many studies waited for a model when the worklist was last drawn whole."""
