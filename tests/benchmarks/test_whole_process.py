"""The study that a whole process reads."""

from __future__ import annotations

from pathlib import Path

from benchmarks.whole_process import DISTINCT, write_study
from seg_core.readers import find_studies


def test_a_long_study_repeats_the_phantom(tmp_path: Path) -> None:
    write_study(tmp_path / "study", DISTINCT + 1)

    study = find_studies(tmp_path)[0].open()
    assert len(study) == DISTINCT + 1
    assert (study.slices[0] == study.slices[-1]).all()
