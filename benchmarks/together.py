"""Networks of some folds that read together, each fold's patients left out by all of its networks.

    python -m benchmarks.together cb-fold-1+fd-fold-1 cb-fold-2+fd-fold-2 --data DIR

Of the networks joined by `+` the first reads every slice, the others are asked about those in
doubt, both ways, as `crossvalidate --second-opinion` does with one; their mean logit counts as much
as the first one's. Probabilities are not calibrated. Prints a line a patient, then all.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.filters import line
from seg_core.evaluation.measure import probability_of
from seg_core.models.card import Mirroring
from seg_core.settings import load_settings
from seg_core.training.judge import under_test
from seg_core.training.run_data import part
from seg_core.training.run_folder import find_run

LEAST, UNSURE = 0.02, 0.08
"""As `second-reader` 5 looks twice."""


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", help="of a fold each: RUN, or RUN+RUN+RUN")
    parser.add_argument("--data", type=Path, action="append", default=[])
    parser.add_argument("--unsure", type=float, default=UNSURE, help="doubt of what is in doubt")
    args = parser.parse_args(argv)
    counts = []
    for joined in args.runs:
        for patient, found in _counted(joined.split("+"), args.data, Mirroring(LEAST, args.unsure)):
            print(patient, f"{2 * found[0] / max(1, found[1] + found[2]):.3f}", flush=True)
            counts.append(found)
    print(f"{len(counts)} patients, {' '.join(args.runs)}: {line(np.array(counts))}")


def _counted(
    names: Sequence[str], data: Sequence[Path], looks: Mirroring
) -> Iterator[tuple[str, np.ndarray]]:
    """(patient, int (3,): pixels in both, in the mask, in the truth) of one fold."""
    run, *others = [find_run(load_settings().runs, name) for name in names]
    if len({one.split().fingerprint for one in (run, *others)}) > 1:
        raise SystemExit(f"{' '.join(names)}: expected runs of one split, found several")
    tested = replace(under_test(run, data, others, second_opinion=bool(others)), mirroring=looks)
    threshold = np.float32(run.recipe().pixel_threshold)
    for group in part(tested.patients, run.split(), "test"):
        mask = probability_of(group, tested.predict) >= threshold
        truth = np.asarray(group.truth)
        yield group.patient, np.array([(mask & truth).sum(), mask.sum(), truth.sum()])


if __name__ == "__main__":
    main()
