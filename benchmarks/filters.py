"""What dropping small or weak components of a study's mask would give, out-of-fold.

    python -m benchmarks.filters sr-fold-1 sr-fold-2 ... --judged out/second-reader [--data DIR]

Each run reads the patients of its fold, as `--judged` (what `crossvalidate` wrote) says that it
reads. Components are of the whole study, joined at faces, edges and corners. It changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.left_out import left_out, parse_folds
from seg_core.evaluation.measure import probability_of

SMALLEST = (0, 50, 100, 200, 400, 800)
"""Voxels below which a component is dropped."""

WEAKEST = (0.5, 0.7, 0.9, 0.95)
"""Probability that a component's strongest voxel must reach."""


def main(argv: Sequence[str] | None = None) -> None:
    args = parse_folds(argv, __doc__.splitlines()[0])
    counts = np.array(list(_counted(args.runs, args.judged, args.data)))
    print(f"{len(counts)} patients")
    for i, smallest in enumerate(SMALLEST):
        for j, weakest in enumerate(WEAKEST):
            print(f"at least {smallest} voxels, {weakest:g}: {line(counts[:, i, j])}", flush=True)


def _counted(names: Sequence[str], judged: Path, data: Sequence[Path]) -> Iterator[np.ndarray]:
    """Of each patient int (SMALLEST, WEAKEST, 3): pixels in both, in the mask, in the truth."""
    for tested, group in left_out(names, judged, data):
        probability = probability_of(group, tested.predict)
        yield count(probability, np.asarray(group.truth), tested.run.recipe().pixel_threshold)


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
