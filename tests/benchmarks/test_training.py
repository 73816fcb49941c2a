"""The line that `make bench-train` ends with."""

from __future__ import annotations

from pathlib import Path

from benchmarks.training import figures
from seg_core.training.events import EventLog
from seg_core.training.run_folder import RunFolder


def test_the_last_line_leaves_the_first_stretch_out(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    log = EventLog(run.events_path)
    for speed in (1.0, 8.0, 10.0, 9.0):
        log.append("step", slices_per_second=speed)
    log.append("epoch", epoch=1, seconds=40.0)
    log.append("epoch", epoch=2, seconds=30.0)

    line = figures(run, batch_size=16)

    assert line == ("batch 16 speeds_taken 3 median_slices_per_second 9.00 last_epoch_seconds 30.0")
