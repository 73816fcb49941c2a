"""Values of a series or a volume as whole numbers of 8 or 16 bits. It opens no file."""

from __future__ import annotations

import numpy as np

from seg_core.study import Note

NEGATIVE = 0.01
"""Share of values below 0 up to which they are ringing about a black background, and become 0."""

HIGHEST = int(np.iinfo(np.uint16).max)

FAR = 100
"""Times the value that nearly all lie below: what is beyond it would leave the rest no shades."""

NEARLY_ALL = 99.99
"""Per cent."""


def whole_numbers(values: np.ndarray) -> tuple[np.ndarray, tuple[Note, ...]]:
    """Any real (n, height, width) -> (uint8 or uint16 of the same shape, notes).

    What fits is kept as it is. A few values below 0 become 0; where there are more, all are moved
    up. Fractions, and what is too high, are scaled to 16 bits, single values far above all others
    cut to the rest. What is no number becomes the least.
    """
    if values.dtype in (np.uint8, np.uint16):
        return values, ()
    real, notes = _finite(values)
    lowest, highest = float(real.min(initial=0)), float(real.max(initial=0))
    if lowest < 0:
        below = float((real < 0).mean())
        if below <= NEGATIVE:
            real = np.maximum(real, 0)
        else:
            real = real.astype(np.float64) - lowest
            highest -= lowest
            notes.append(Note("values", f"{below:.0%} of the values lie below 0: all moved up."))
    exact = real.dtype.kind in "iub" or bool((real == np.rint(real)).all())
    if exact and highest <= HIGHEST:
        return real.astype(np.uint16), tuple(notes)
    least = float(real.min())
    if least > highest / 2:  # a narrow range, far up
        real, highest = real.astype(np.float64) - least, highest - least
    usual = float(np.percentile(real, NEARLY_ALL))
    if 0 < usual < highest / FAR:
        real, highest = np.minimum(real, usual), usual
        notes.append(Note("values", "Single values far above all others are cut to the rest."))
    scaled = np.rint(real.astype(np.float64) * (HIGHEST / (highest or 1)))
    return scaled.astype(np.uint16), tuple(notes)


def _finite(values: np.ndarray) -> tuple[np.ndarray, list[Note]]:
    """With the highest for infinity and the least for what is no number, which is said."""
    if values.dtype.kind != "f" or np.isfinite(values).all():
        return values, []
    finite = values[np.isfinite(values)]
    least, most = (finite.min(), finite.max()) if finite.size else (0, 0)
    said = Note("values", "Some values are no numbers; the least stands for them.")
    return np.nan_to_num(values, nan=least, posinf=most, neginf=least), [said]
