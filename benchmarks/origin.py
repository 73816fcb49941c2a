"""Whether a network goes by the file that an image comes from: the same slices in other files.

    python -m benchmarks.origin srf-fold-1 ... --judged out/second-reader-flair [--data DIR]

Each run reads slices of FLAIR of the patients of its fold: in their study, alone, and alone as a
small grey JPEG, as the four-class images are. Were it the file that is learnt, no JPEG would get a
mask. Shares of the slices that get any mask at the pixel threshold, by what their outlines say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.left_out import left_out, parse_folds
from seg_core.data.batches import LabelledSlices
from seg_core.frames import Frame, make_frame
from seg_core.study import FLAIR

SIDE, QUALITY = 224, 75
"""Pixels and JPEG quality of the small files; the four-class images here are 224 x 224."""

EACH = 6
"""Slices of a patient of each kind, evenly along the study."""

LARGE_PX = 300

WAYS = ("in its study", "alone", "alone, as a JPEG")
KINDS = ("outlined, over 300 pixels", "outlined, smaller", "not outlined")

Predict = Callable[[np.ndarray], np.ndarray]


def main(argv: Sequence[str] | None = None) -> None:
    args = parse_folds(argv, __doc__.splitlines()[0])
    found = np.array(list(_masked(args.runs, args.judged, args.data)))  # kind, then each of WAYS
    for kind, name in enumerate(KINDS):
        rows = found[found[:, 0] == kind, 1:]
        shares = ", ".join(
            f"{way} {share:.1%}" for way, share in zip(WAYS, rows.mean(axis=0), strict=True)
        )
        print(f"{name}, {len(rows)} slices: {shares}")


def _masked(
    names: Sequence[str], judged: Path, data: Sequence[Path]
) -> Iterator[tuple[int, bool, bool, bool]]:
    """(which of KINDS, any mask in each of WAYS) of each slice looked at."""
    for tested, group in left_out(names, judged, data):
        recipe = tested.run.recipe()
        frame = make_frame(recipe.frame.name, recipe.network.size, recipe.network.channels)
        yield from _of_patient(group, frame, tested.predict, recipe.pixel_threshold)


def _of_patient(
    group: LabelledSlices, frame: Frame, predict: Predict, threshold: float
) -> Iterator[tuple[int, bool, bool, bool]]:
    picked = chosen(group.truth.sum(axis=(1, 2)))
    single = [group.slices[i : i + 1, ..., FLAIR : FLAIR + 1] for i, _ in picked]
    inputs = [
        group.frame.to_network(group.slices[[i for i, _ in picked]]),
        np.concatenate([frame.fit(one).to_network(one) for one in single]),
        np.concatenate([frame.fit(one).to_network(one) for one in map(as_jpeg, single)]),
    ]
    masked = [predict(batch).max(axis=(1, 2)) >= threshold for batch in inputs]
    for (_, kind), whole, alone, small in zip(picked, *masked, strict=True):
        yield kind, bool(whole), bool(alone), bool(small)


def chosen(areas: np.ndarray) -> list[tuple[int, int]]:
    """(index, which of KINDS): at most EACH slices of each kind, evenly along the study.

    areas: int (n,), outlined pixels.
    """
    kinds = np.where(areas > LARGE_PX, 0, np.where(areas > 0, 1, 2))
    found = []
    for kind in range(len(KINDS)):
        there = np.flatnonzero(kinds == kind)
        places = np.linspace(0, len(there) - 1, min(EACH, len(there))).round().astype(int)
        found += [(int(index), kind) for index in there[places]]
    return found


def as_jpeg(flair: np.ndarray) -> np.ndarray:
    """uint8 or uint16 (1, h, w, 1) -> uint8 (1, SIDE, SIDE, 1), through a grey JPEG."""
    import cv2

    plane = flair[0, ..., 0]
    if plane.dtype == np.uint16:
        plane = (plane >> 8).astype(np.uint8)
    small = cv2.resize(plane, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    _, file = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return np.asarray(cv2.imdecode(file, cv2.IMREAD_GRAYSCALE))[None, ..., None]


if __name__ == "__main__":
    main()
