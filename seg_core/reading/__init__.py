"""A reviewer's verdict beside a model's reading: discrepancies, agreement, changes. No page."""

from seg_core.reading.agreement import Agreement, agreement_of
from seg_core.reading.changes import Changes, count_changes, slices_after
from seg_core.reading.discrepancies import compare

__all__ = ["Agreement", "Changes", "agreement_of", "compare", "count_changes", "slices_after"]
