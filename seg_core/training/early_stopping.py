"""Which epoch was the best, and whether to go on. It saves nothing: a state keeps its memory."""

from __future__ import annotations

from dataclasses import dataclass

from seg_core.training.recipe import EarlyStopping


@dataclass
class BestSoFar:
    """The memory of early stopping: saved with every state, so a resume forgets nothing."""

    best_epoch: int | None = None
    best_value: float | None = None
    waited: int = 0


def judge(memory: BestSoFar, settings: EarlyStopping, epoch: int, value: float | None) -> bool:
    """Take an epoch's value into `memory`; True when it is the best so far.

    Epochs before `start_epoch` are passed over; a figure that is not defined (None) is no
    improvement. Where the last epoch is to be kept, each one is the best so far.
    """
    if settings.keep == "last":
        memory.best_epoch, memory.best_value, memory.waited = epoch, value, 0
        return True
    if epoch < settings.start_epoch:
        return False
    sign = 1 if settings.mode == "max" else -1
    if value is not None and (
        memory.best_value is None or sign * (value - memory.best_value) > settings.minimum_change
    ):
        memory.best_epoch, memory.best_value, memory.waited = epoch, value, 0
        return True
    memory.waited += 1
    return False


def patience_left(memory: BestSoFar, settings: EarlyStopping) -> int:
    """Epochs that may still pass without improvement."""
    return max(0, settings.patience - memory.waited)
