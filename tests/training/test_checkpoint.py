"""A run's state as a zip."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from seg_core.errors import RunError
from seg_core.training.checkpoint import checkpoint_zip
from seg_core.training.state import Progress
from tests.pages.runs import make_run


def test_a_checkpoint_holds_the_state_and_its_settings_and_is_the_same_each_time(tmp_path: Path):
    run = make_run(tmp_path, "20260101-run", 1)
    np.savez(run.best / "arrays.npz", a=np.zeros(3))
    (run.best / "progress.json").write_text(json.dumps(asdict(Progress(epoch=4, step=2))))

    content = checkpoint_zip(run, run.best)

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == [
            "README.txt", "arrays.npz", "progress.json", "recipe.json", "split.json",
            "provenance.json",
        ]  # fmt: skip
        assert b"3 epochs and 2 steps" in archive.read("README.txt")
        assert archive.read("arrays.npz") == (run.best / "arrays.npz").read_bytes()
    assert checkpoint_zip(run, run.best) == content


def test_a_state_that_is_not_there_is_said(tmp_path: Path):
    run = make_run(tmp_path, "20260101-run", 1)
    shutil.rmtree(run.last)

    with pytest.raises(RunError, match="expected a saved state, found none"):
        checkpoint_zip(run, run.last)
