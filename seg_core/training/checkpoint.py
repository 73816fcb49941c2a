"""A run's state as one zip to take along, with the settings it belongs to. It loads nothing."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from seg_core.errors import RunError
from seg_core.training.beginning import weights_file
from seg_core.training.run_folder import RunFolder
from seg_core.training.state import load_progress, state_folder

BESIDE = ("recipe.json", "split.json", "provenance.json")

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The date of every entry, so that the same state always gives the same bytes."""

README = """Checkpoint of the run {run}: {epochs} epochs and {step} steps of the next one.
Research use only. Not for diagnosis.

arrays.npz     weights, seed generators of dropout and the optimiser's state, in the order of
               seg_core/training/state.py; read it with numpy.load(..., allow_pickle=False)
progress.json  epoch, step, the memory of early stopping
begun.npz      the weights that the run began with, where that was another run's network
recipe.json    the settings that built the network; split.json: who was in which part
To go on with it, put the two first ones into state/last of the run's folder, begun.npz into
state, and type
python -m seg_core resume {run}
"""


def checkpoint_zip(run: RunFolder, state: Path) -> bytes:
    """The state in `state` (`run.last` or `run.best`) as a zip.

    Not compressed: weights do not shrink. Raises RunError when there is no whole state.
    """
    folder = state_folder(state)
    if folder is None:
        raise RunError(f"{state}: expected a saved state, found none.")
    progress = load_progress(state)
    readme = README.format(run=run.id, epochs=progress.epoch - 1, step=progress.step)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo("README.txt", LONG_AGO), readme)
        paths = [folder / "arrays.npz", folder / "progress.json"]
        for path in [*paths, weights_file(run), *(run.path / name for name in BESIDE)]:
            if path.is_file():
                archive.writestr(zipfile.ZipInfo(path.name, LONG_AGO), path.read_bytes())
    return content.getvalue()
