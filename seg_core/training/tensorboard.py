"""A run's curves and pictures for TensorBoard: `tensorboard --logdir runs`. It reads no event log.

`tensorboard/train` and `tensorboard/validation` lie over each other in one chart a figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from seg_core.training.event_file import EventFile, cut_after

PARTS = ("train", "validation")

FILES = "events.out.tfevents."
"""TensorBoard knows its files by `tfevents` and reads a folder's files in their names' order."""


class TensorBoardFolder:
    """Writes what each epoch brought; an epoch that is trained again is there once."""

    def __init__(self, folder: Path, epoch: int) -> None:
        """Go on with `epoch`, from 1: what older files say of it and of later ones goes."""
        self._files = {part: _go_on(folder / part, epoch) for part in PARTS}

    def epoch(
        self,
        epoch: int,
        figures: Mapping[str, Mapping[str, float | None]],
        learning_rate: float,
        pictures: Iterable[Path],
    ) -> None:
        """Write one finished epoch.

        figures: part -> name -> value; one that is not defined (None) leaves a gap.
        pictures: PNG files, shown with the validation curves by the number in their name.
        """
        shown = {f"slice/{path.stem}": path.read_bytes() for path in pictures}
        for part, file in self._files.items():
            known = {name: v for name, v in figures[part].items() if v is not None}
            if part == "train":
                known["learning_rate"] = learning_rate
            file.append(epoch, known, shown if part == "validation" else {})

    def close(self) -> None:
        for file in self._files.values():
            file.close()


def _go_on(folder: Path, epoch: int) -> EventFile:
    """A new file beside those that are there, which are cut before `epoch`."""
    older = sorted(folder.glob(f"{FILES}*"))
    for path in older:
        cut_after(path, epoch - 1)
    return EventFile(folder / f"{FILES}{len(older) + 1:010d}", epoch)
