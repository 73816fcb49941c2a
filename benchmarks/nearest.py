"""Whether grey images get a mask because one like them was trained on: shares by likeness.

    python -m benchmarks.nearest fe-fold-1 ... --judged out/second-reader-flair --grey data/grey

The set names no patient, and one patient's neighbouring slices may lie on both sides. Each image
that a run left out is laid beside the images of its class that the run trained on: the correlation
of the most like of them, mirrored or not. Were it memory, the share with a mask would fall with it.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from seg_core.evaluation.grey_files import GreyFile
from seg_core.evaluation.grey_set import read_grey
from seg_core.evaluation.grey_stored import read_grey as read_judged
from seg_core.evaluation.grey_twins import SIDE, thumbnail
from seg_core.settings import load_settings
from seg_core.training.loose_images import read_loose
from seg_core.training.out_of_fold import GREY_FOLDER
from seg_core.training.run_folder import find_run

BANDS = (-1.0, 0.6, 0.7, 0.8, 0.9, 1.01)
"""Edges of the correlations that are told apart."""


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+")
    parser.add_argument("--judged", type=Path, required=True, help="what crossvalidate wrote")
    parser.add_argument("--grey", type=Path, required=True, help="the folder of the classes")
    args = parser.parse_args(argv)
    masked = {one.name: one.mask_px > 0 for one in read_judged(args.judged / GREY_FOLDER).images}
    found: list[tuple[str, float, bool]] = []
    for name in args.runs:
        files = read_loose(find_run(load_settings().runs, name))
        trained, left_out = (_by_class(args.grey, part) for part in (files.trained, files.left_out))
        for class_name, images in left_out.items():
            known = np.stack(list(trained[class_name].values()))
            found += [
                (class_name, most_like(picture, known), masked[file])
                for file, picture in images.items()
                if file in masked
            ]
    for class_name in dict.fromkeys(name for name, _, _ in found):
        print(class_name, line([(r, mask) for name, r, mask in found if name == class_name]))


def most_like(picture: np.ndarray, known: np.ndarray) -> float:
    """Correlation of a `thumbnail` with the most like of others (n, SIDE * SIDE), or mirrored."""
    mirrored = picture.reshape(SIDE, SIDE)[:, ::-1].ravel()
    return float(max((known @ picture).max(), (known @ mirrored).max()))


def line(images: Sequence[tuple[float, bool]]) -> str:
    """(correlation, has a mask) of each image, by BANDS: "0.60 to 0.70: 5 of 8"."""
    parts = []
    for low, high in pairwise(BANDS):
        here = [mask for r, mask in images if low <= r < high]
        if here:
            parts.append(f"{max(low, 0):.2f} to {min(high, 1):.2f}: {sum(here)} of {len(here)}")
    return ", ".join(parts)


def _by_class(
    grey: Path, names: Sequence[str] | dict[str, str]
) -> dict[str, dict[str, np.ndarray]]:
    found: dict[str, dict[str, np.ndarray]] = {}
    for name in names:
        class_name = name.partition("/")[0]
        image = read_grey(GreyFile(class_name, name, grey / name))
        found.setdefault(class_name, {})[name] = thumbnail(image[0])
    return found


if __name__ == "__main__":
    main()
