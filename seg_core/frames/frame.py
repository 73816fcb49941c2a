"""What a frame is: a slice to a network's input, and a probability back to the slice's own size.

It carries out none; `resize` and `brain` are the two there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np


@dataclass(frozen=True, eq=False)
class Levels:
    """How dark and bright a channel gets in the network's frame.

    darkest: level of empty space. span: from there to the brightest. Both float32 (c,) or (1,).
    """

    darkest: np.ndarray
    span: np.ndarray

    UNIT: ClassVar[Levels]
    """0 to 1 in every channel."""


Levels.UNIT = Levels(np.zeros(1, np.float32), np.ones(1, np.float32))


class FittedFrame(Protocol):
    """A frame settled on one study."""

    @property
    def size(self) -> int: ...

    @property
    def levels(self) -> Levels:
        """What `to_network` gives, from empty space to the brightest."""
        ...

    def to_network(self, slices: np.ndarray) -> np.ndarray:
        """(n, h, w, 1 or 3) as given -> float32 (n, size, size, channels of the network)."""
        ...

    def mask_to_network(self, masks: np.ndarray) -> np.ndarray:
        """bool (n, h, w) -> bool (n, size, size)."""
        ...

    def back(self, probability: np.ndarray) -> np.ndarray:
        """float32 (n, size, size) -> float32 (n, h, w), still 0 to 1."""
        ...


class Frame(Protocol):
    """The recipe of a frame, as a model's card names it."""

    @property
    def name(self) -> str: ...

    def fit(self, slices: np.ndarray) -> FittedFrame:
        """Settle what depends on the whole study: (n, h, w, c), one study."""
        ...
