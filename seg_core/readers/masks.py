"""Truth for slices: masks paired by the `_mask` suffix and checked for size. It scales nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from seg_core.errors import ImageRefused, MaskRefused
from seg_core.readers.names import pairing_key
from seg_core.study import Skipped

MOST_LABELS = 16
"""Values below this are labels (0, 1, 2, 4): any but 0 is tumour."""

PATCH = 3
"""Pixels along a side of what an edge cannot fill."""

Read = Callable[[str], np.ndarray]


def as_mask(pixels: np.ndarray) -> np.ndarray:
    """uint8 or uint16 (h, w, c) -> bool (h, w): tumour in any channel but alpha.

    Two values (0 and another) or labels: all but 0 is tumour. More values are the edges of a
    lossy or scaled mask: at or above half of its highest.
    """
    colours = pixels[..., :-1] if pixels.shape[-1] in (2, 4) else pixels
    highest = int(colours.max(initial=0))
    labels = highest < MOST_LABELS
    if not labels:
        others = colours[(colours != 0) & (colours != highest)]  # of most masks none: no sorting
        labels = not len(others) or _are_labels(colours, np.unique(others))
    return np.asarray((colours > 0 if labels else colours >= highest // 2 + 1).any(axis=-1))


def _are_labels(colours: np.ndarray, between: np.ndarray) -> bool:
    """Whether values between black and white stand for something: few, none near black, and one
    of them fills a patch somewhere. Edges are thin, and what compression leaves lies near black.
    """
    if len(between) > MOST_LABELS or int(between[0]) * MOST_LABELS < colours.max():
        return False
    planes = np.moveaxis(colours, -1, 0)
    patches = (
        np.lib.stride_tricks.sliding_window_view(plane == value, (PATCH, PATCH)).all(axis=(2, 3))
        for plane in planes
        if min(plane.shape) >= PATCH
        for value in between
    )
    return any(patch.any() for patch in patches)


def read_truth(
    files: Sequence[str], masks: Sequence[str], read: Read, height_width: tuple[int, int]
) -> tuple[np.ndarray | None, np.ndarray | None, list[Skipped]]:
    """Truth bool (n, h, w), known bool (n,), and masks that could not be used, with reasons.

    files: the n slices' names. Both arrays are None where no slice has a usable mask.
    """
    positions: dict[str, list[int]] = {}
    for i, file in enumerate(files):
        positions.setdefault(pairing_key(file), []).append(i)
    truth = np.zeros((len(files), *height_width), bool)
    known = np.zeros(len(files), bool)
    skipped = []
    for mask in masks:
        at = positions.get(pairing_key(mask), [])
        if not at:
            continue  # `unpaired` names it, or its slice is among the skipped
        try:
            plane = _of_size(as_mask(read(mask)), height_width, mask)
        except (ImageRefused, MaskRefused) as error:
            skipped.append(Skipped(mask, error.reason))
            continue
        if known[at].any():
            skipped.append(Skipped(mask, SECOND_MASK))
            continue
        truth[at], known[at] = plane, True
    return (truth, known, skipped) if known.any() else (None, None, skipped)


def unpaired(masks: Sequence[str], slices: Sequence[str]) -> list[Skipped]:
    """Masks beside which there is no slice of their name, readable or not."""
    keys = {pairing_key(name) for name in slices}
    return [
        Skipped(mask, NO_SLICE.format(name=pairing_key(mask)))
        for mask in masks
        if pairing_key(mask) not in keys
    ]


SECOND_MASK = "expected one mask a slice, found a second one; the first is kept. Take one away."
NO_SLICE = (
    "expected a slice called {name} beside this mask, found none. "
    "Add the slice, or take the mask away."
)


def _of_size(mask: np.ndarray, height_width: tuple[int, int], name: str) -> np.ndarray:
    if mask.shape == height_width:
        return mask
    raise MaskRefused(
        name,
        expected=f"a mask of its slice's size, {_size(height_width)}",
        found=_size((mask.shape[0], mask.shape[1])),
        do="The slice is kept without truth; give a mask drawn on this slice.",
    )


def _size(height_width: tuple[int, int]) -> str:
    """Written as width x height, as image programs do."""
    return f"{height_width[1]} x {height_width[0]}"
