"""What evaluations call what they write, so that a folder is known for one. It writes nothing."""

from __future__ import annotations

from seg_core.evaluation import grey_stored, progress, regions, threshold_table
from seg_core.evaluation.full_report import LATER_FILES
from seg_core.evaluation.stored import FIGURES, PANELS_FOLDER, SLICES

FIGURES_ALONE = frozenset(
    {FIGURES, SLICES, threshold_table.FILE, regions.FILE, "figures.csv", "patients.csv"}
)
"""Of `write_evaluation`."""

OF_PATIENTS = FIGURES_ALONE | {*LATER_FILES, PANELS_FOLDER, progress.FILE}
"""Of `evaluate` on patients with masks."""

OF_CLASSES = frozenset(
    {
        grey_stored.GREY, grey_stored.IMAGES, grey_stored.SHARES, grey_stored.PICTURES,
        grey_stored.REPORT, grey_stored.FOLDER, progress.FILE,
    }
)  # fmt: skip
"""Of `evaluate` on images by class."""
