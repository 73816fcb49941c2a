"""The averaged weights of a network in place of the last step's. Keras keeps the averages.

Moving means and variances of the normalisation are averages already and stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np


def use_averaged(model: Any) -> None:
    """Put the averages for good where the optimiser keeps any: to judge or release a network."""
    model.optimizer.finalize_variable_values(model.trainable_variables)


@contextmanager
def averaged(model: Any) -> Iterator[None]:
    """Work with the averaged weights, then go back to those that training goes on from."""
    if not model.optimizer.use_ema:
        yield
        return
    kept = [np.array(np.asarray(weight)) for weight in model.trainable_variables]
    use_averaged(model)
    try:
        yield
    finally:
        for weight, value in zip(model.trainable_variables, kept, strict=True):
            weight.assign(value)
