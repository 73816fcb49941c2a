"""Whether a network goes by the file that an image comes from: the same slices in other files.

    python -m benchmarks.origin srf-fold-1 ... --judged out/second-reader-flair [--data DIR]

Each run reads slices of FLAIR of the patients of its fold: in their study, alone, and alone as a
small grey JPEG, as the four-class images are; so too the other channels. Were it the file that is
learnt, no JPEG would get a mask; were it the contrast, every one of the channel that the images
with tumour are mostly of, post-contrast, would. Shares of the slices that get any mask at the pixel
threshold, by what their outlines say, and the share of the pixels drawn that lies in the outline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.left_out import left_out, parse_folds
from seg_core.data.batches import LabelledSlices
from seg_core.frames import Frame, make_frame
from seg_core.study import FLAIR, LGG_CHANNELS

SIDE, QUALITY = 224, 75
"""Pixels and JPEG quality of the small files; the four-class images here are 224 x 224."""

EACH = 6
"""Slices of a patient of each kind, evenly along the study."""

LARGE_PX = 300

JPEG = "alone, as a JPEG"
WAYS = (
    "in its study", "alone",
    *(JPEG if c == FLAIR else f"{name} {JPEG}" for c, name in enumerate(LGG_CHANNELS)),
)  # fmt: skip
KINDS = ("outlined, over 300 pixels", "outlined, smaller", "not outlined")

Predict = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Drawn:
    """One slice: which of KINDS; of each of WAYS the mask's pixels, and those in the outline."""

    kind: int
    mask_px: tuple[int, ...]
    true_px: tuple[int, ...]


def main(argv: Sequence[str] | None = None) -> None:
    args = parse_folds(argv, __doc__.splitlines()[0])
    found = list(_drawn(args.runs, args.judged, args.data))
    for kind, name in enumerate(KINDS):
        mask = np.array([one.mask_px for one in found if one.kind == kind])
        print(f"{name}, {len(mask)} slices: {_shares(np.mean(mask > 0, axis=0))}")
    mask, true = (np.sum([getattr(one, of) for one in found], 0) for of in ("mask_px", "true_px"))
    print(f"of the pixels drawn, in the outline: {_shares(true / np.maximum(mask, 1))}")


def _shares(values: np.ndarray) -> str:
    return ", ".join(f"{way} {share:.1%}" for way, share in zip(WAYS, values, strict=True))


def _drawn(names: Sequence[str], judged: Path, data: Sequence[Path]) -> Iterator[Drawn]:
    for tested, group in left_out(names, judged, data):
        recipe = tested.run.recipe()
        frame = make_frame(recipe.frame.name, recipe.network.size, recipe.network.channels)
        yield from _of_patient(group, frame, tested.predict, recipe.pixel_threshold)


def _of_patient(
    group: LabelledSlices, frame: Frame, predict: Predict, threshold: float
) -> Iterator[Drawn]:
    picked = chosen(group.truth.sum(axis=(1, 2)))
    at = [i for i, _ in picked]
    truth = group.truth[at]
    single = [
        [group.slices[i : i + 1, ..., c : c + 1] for i in at] for c in range(group.slices.shape[-1])
    ]
    drawn = [
        group.frame.back(predict(group.frame.to_network(group.slices[at]))) >= threshold,
        _alone(single[FLAIR], frame, predict) >= threshold,
        *(_alone([as_jpeg(one) for one in some], frame, predict) >= threshold for some in single),
    ]
    true = [mask & as_large(truth, mask.shape[1:]) for mask in drawn]
    for n, (_, kind) in enumerate(picked):
        yield Drawn(
            kind, tuple(int(m[n].sum()) for m in drawn), tuple(int(t[n].sum()) for t in true)
        )


def _alone(images: Sequence[np.ndarray], frame: Frame, predict: Predict) -> np.ndarray:
    """Each image (1, h, w, 1), of one size, as a study of its own: probability (n, h, w)."""
    fitted = [frame.fit(one) for one in images]
    seen = predict(
        np.concatenate([f.to_network(one) for f, one in zip(fitted, images, strict=True)])
    )
    return np.concatenate([f.back(p[None]) for f, p in zip(fitted, seen, strict=True)])


def as_large(truth: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
    """bool (n, h, w) in another size (h, w), each pixel the nearest one's."""
    import cv2

    flags = cv2.INTER_NEAREST
    planes = [cv2.resize(plane.view(np.uint8), size[::-1], interpolation=flags) for plane in truth]
    return np.stack(planes).astype(bool)


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
