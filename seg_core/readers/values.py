"""Values of a series or a volume as whole numbers of 8 or 16 bits. It opens no file."""

from __future__ import annotations

import numpy as np

from seg_core.study import Note

NEGATIVE = 0.01
"""Share of values below 0 up to which they are ringing about a black background, and become 0."""

HIGHEST = int(np.iinfo(np.uint16).max)


def whole_numbers(values: np.ndarray) -> tuple[np.ndarray, tuple[Note, ...]]:
    """Any real (n, height, width) -> (uint8 or uint16 of the same shape, notes).

    What fits is kept as it is. A few values below 0 become 0; where there are more, all are moved
    up. Fractions, and what is too high, are scaled to 16 bits. What is no number becomes the least.
    """
    if values.dtype in (np.uint8, np.uint16):
        return values, ()
    notes = []
    real = values
    if values.dtype.kind == "f":
        finite = np.isfinite(values)
        if not finite.all():
            least = values[finite].min() if finite.any() else 0
            real = np.where(finite, values, least)
            notes.append(Note("values", "Some values are no numbers; the least stands for them."))
    lowest = real.min(initial=0)
    if lowest < 0:
        below = float((real < 0).mean())
        if below <= NEGATIVE:
            real = np.maximum(real, 0)
        else:
            real = real.astype(np.float64) - float(lowest)
            notes.append(Note("values", f"{below:.0%} of the values lie below 0: all moved up."))
    highest = float(real.max(initial=0))
    exact = real.dtype.kind in "iu" or bool((real == np.rint(real)).all())
    if exact and highest <= HIGHEST:
        return real.astype(np.uint16), tuple(notes)
    scaled = np.rint(real.astype(np.float64) * (HIGHEST / (highest or 1))).astype(np.uint16)
    return scaled, tuple(notes)
