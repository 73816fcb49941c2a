"""Channels of a study: alpha dropped, grey recognised, substitutes found and named.

It decides nothing from colours but equality, and opens no file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from seg_core.study import FLAIR, LGG_CHANNELS, Note, value_range

LGG_NAME = re.compile(r"^(TCGA_[A-Z0-9]{2}|PHANTOM)_", re.IGNORECASE)
"""Patients whose three channels are known to be those of the LGG set."""

TINT = 4 / 255
"""Mean spread of channels, as a share of the values' range, up to which a slice is grey.

Measured: below 4 levels in all 648 RGB JPEGs of the grey set; above 9.9 in the most colourful
slice of each of 84 LGG patients.
"""


def drop_alpha(images: Sequence[np.ndarray]) -> tuple[list[np.ndarray], tuple[Note, ...]]:
    """(h, w, 2 or 4) -> (h, w, 1 or 3); other images stay. One note when any had alpha."""
    kept = [image[..., :-1] if image.shape[-1] in (2, 4) else image for image in images]
    dropped = sum(image.shape[-1] in (2, 4) for image in images)
    if not dropped:
        return kept, ()
    return kept, (Note("alpha", f"An alpha channel was dropped from {_slices(dropped)}."),)


def join_grey(
    images: Sequence[np.ndarray], study_name: str
) -> tuple[list[np.ndarray], tuple[Note, ...]]:
    """Grey stored as RGB becomes one channel, where that is all that the study holds.

    Not for patients named as in the LGG set: there equal channels are substitutes.
    """
    coloured = [image for image in images if image.shape[-1] == 3]
    if LGG_NAME.match(study_name) or not coloured:
        return list(images), ()
    reach: dict[np.dtype, float] = {}
    for image in coloured:
        reach[image.dtype] = max(reach.get(image.dtype, 0.0), value_range(image))
    if not all(_is_grey(image, TINT * reach[image.dtype]) for image in coloured):
        return list(images), ()
    reason = f"{_slices(len(coloured))} held one grey image three times: read as one channel."
    return [_as_grey(image) for image in images], (Note("grey", reason),)


def name_channels(
    slices: np.ndarray, study_name: str
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Note, ...]]:
    """(names, names of those that are FLAIR again, notes) of slices (n, h, w, 1 or 3)."""
    if slices.shape[-1] == 1:
        return ("grey",), (), ()
    substituted = tuple(
        name
        for c, name in enumerate(LGG_CHANNELS)
        if c != FLAIR and np.array_equal(slices[..., c], slices[..., FLAIR])
    )
    return LGG_CHANNELS, substituted, tuple(_channel_notes(slices, study_name, substituted))


def _channel_notes(slices: np.ndarray, study_name: str, substituted: Sequence[str]) -> list[Note]:
    notes = []
    if substituted:
        which = " and ".join(substituted)
        equal = "equals" if len(substituted) == 1 else "equal"
        notes.append(
            Note("substituted", f"{which} {equal} FLAIR throughout: the sequence was missing.")
        )
    empty = [name for c, name in enumerate(LGG_CHANNELS) if not slices[..., c].any()]
    if empty and len(empty) < len(LGG_CHANNELS):
        notes.append(Note("empty channel", f"{' and '.join(empty)}: all pixels are 0."))
    if not LGG_NAME.match(study_name):
        order = ", ".join(LGG_CHANNELS)
        notes.append(Note("channel order", f"Taken to be {order}, as in the LGG set."))
    return notes


def _is_grey(image: np.ndarray, tint: float) -> bool:
    """Whether (h, w, 3) shows one image in all channels, but for a mean spread of `tint`."""
    if np.array_equal(image[..., 0], image[..., 1]) and np.array_equal(
        image[..., 1], image[..., 2]
    ):
        return True
    spread = image.max(axis=-1) - image.min(axis=-1)
    return float(spread.mean()) <= tint


def _as_grey(image: np.ndarray) -> np.ndarray:
    """(h, w, 1 or 3) -> (h, w, 1): the channels' rounded mean."""
    return np.rint(image.mean(axis=-1, keepdims=True)).astype(image.dtype)


def _slices(count: int) -> str:
    return "1 slice" if count == 1 else f"{count} slices"
