"""Each patient of some folds with the run that left it out, for benchmarks. It measures nothing."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from seg_core.data.batches import LabelledSlices
from seg_core.settings import load_settings
from seg_core.training.judge import RunUnderTest, reading_as, under_test
from seg_core.training.out_of_fold import read_as_read, read_beside
from seg_core.training.run_data import part
from seg_core.training.run_folder import find_run


def parse_folds(argv: Sequence[str] | None, description: str) -> argparse.Namespace:
    """runs: names; judged: what `crossvalidate` wrote of them; data: where the data sets lie."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("runs", nargs="+")
    parser.add_argument("--judged", type=Path, required=True)
    parser.add_argument("--data", type=Path, action="append", default=[])
    return parser.parse_args(argv)


def left_out(
    names: Sequence[str], judged: Path, data: Sequence[Path]
) -> Iterator[tuple[RunUnderTest, LabelledSlices]]:
    """Each run, reading as `judged` says, with each patient of its fold."""
    if read_beside(judged):
        raise SystemExit(f"{judged}: expected networks that read alone, found some judged together")
    how = read_as_read(judged)
    for name in names:
        tested = reading_as(under_test(find_run(load_settings().runs, name), data), how)
        for group in part(tested.patients, tested.run.split(), "test"):
            yield tested, group
