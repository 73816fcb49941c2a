"""What dropping small or weak components of a study's mask would give, out-of-fold.

    python -m benchmarks.filters sr-fold-1 sr-fold-2 ... --judged out/second-reader [--data DIR]

Each run reads the patients of its fold, as `--judged` (what `crossvalidate` wrote) says that it
reads. Components are of the whole study, joined at faces, edges and corners. It changes nothing.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from seg_core.evaluation.measure import probability_of
from seg_core.settings import load_settings
from seg_core.training.cross_validation import read_as_read, reading_as
from seg_core.training.judge import under_test
from seg_core.training.run_data import part
from seg_core.training.run_folder import find_run

SMALLEST = (0, 50, 100, 200, 400, 800)
"""Voxels below which a component is dropped."""

WEAKEST = (0.5, 0.7, 0.9, 0.95)
"""Probability that a component's strongest voxel must reach."""


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+")
    parser.add_argument("--judged", type=Path, required=True)
    parser.add_argument("--data", type=Path, action="append", default=[])
    args = parser.parse_args(argv)
    counts = np.array(list(_counted(args.runs, args.judged, args.data)))
    print(f"{len(counts)} patients")
    for i, smallest in enumerate(SMALLEST):
        for j, weakest in enumerate(WEAKEST):
            print(f"at least {smallest} voxels, {weakest:g}: {line(counts[:, i, j])}", flush=True)


def _counted(names: Sequence[str], judged: Path, data: Sequence[Path]) -> Iterator[np.ndarray]:
    """Of each patient int (SMALLEST, WEAKEST, 3): pixels in both, in the mask, in the truth."""
    how = read_as_read(judged)
    for name in names:
        run = find_run(load_settings().runs, name)
        tested = reading_as(under_test(run, data), how)
        for group in part(tested.patients, run.split(), "test"):
            probability = probability_of(group, tested.predict)
            threshold = run.recipe().pixel_threshold
            yield count(probability, np.asarray(group.truth), threshold)


def count(probability: np.ndarray, truth: np.ndarray, threshold: float) -> np.ndarray:
    """float32 and bool (n, h, w) -> int (SMALLEST, WEAKEST, 3), as `_counted`."""
    from scipy import ndimage

    labels, number = ndimage.label(probability >= np.float32(threshold), np.ones((3, 3, 3)))
    numbers = np.arange(number + 1)
    sizes = np.bincount(labels.ravel(), minlength=number + 1)
    hits = np.bincount(labels.ravel(), weights=truth.ravel(), minlength=number + 1)
    strongest = ndimage.maximum(probability, labels, numbers)
    found = np.zeros((len(SMALLEST), len(WEAKEST), 3), int)
    for i, smallest in enumerate(SMALLEST):
        for j, weakest in enumerate(WEAKEST):
            kept = (numbers > 0) & (sizes >= smallest) & (strongest >= weakest)
            found[i, j] = hits[kept].sum(), sizes[kept].sum(), truth.sum()
    return found


def line(counts: np.ndarray) -> str:
    """int (patients, 3) -> mean and worst Dice of a patient, F1 over all pixels."""
    both, mask, truth = counts.T
    with np.errstate(invalid="ignore"):
        dices = 2 * both / (mask + truth)
    overall = 2 * both.sum() / (mask.sum() + truth.sum())
    return f"mean Dice {np.nanmean(dices):.4f} worst {np.nanmin(dices):.3f} F1 {overall:.4f}"


if __name__ == "__main__":
    main()
