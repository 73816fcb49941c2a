"""How far an evaluation is, for a screen and in its folder: whoever looks there sees it too.

It measures nothing, and says nothing of an evaluation that is whole: figures.json does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from seg_core.whole_files import write_whole

FILE = "progress.json"

T = TypeVar("T")


@dataclass(frozen=True)
class Step:
    """A stage in words, and how many of its patients are done. of: 0 while it is not known.

    what: is counted, in the plural.
    """

    stage: str
    done: int = 0
    of: int = 0
    what: str = "patients"

    @property
    def words(self) -> str:
        """`measuring: 3 of 13 patients`."""
        return f"{self.stage}: {self.done} of {self.of} {self.what}" if self.of else self.stage


OnStep = Callable[[Step], None]


def unheard(step: Step) -> None:
    """For those who do not want to know."""


def counted(some: Iterable[T], stage: str, of: int, on_step: OnStep) -> Iterator[T]:
    """The same things, each counted once the next one is asked for."""
    on_step(Step(stage, 0, of))
    for done, one in enumerate(some, start=1):
        yield one
        on_step(Step(stage, done, of))


@contextmanager
def in_folder(folder: Path, also: OnStep = unheard) -> Iterator[OnStep]:
    """Keep progress.json in `folder` while something is done, and take it away at the end."""
    path = folder / FILE

    def on_step(step: Step) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(asdict(step)))
        also(step)

    try:
        yield on_step
    finally:
        path.unlink(missing_ok=True)


def read_progress(folder: Path) -> Step | None:
    """What the folder says; None where nothing is under way, or it cannot be read."""
    try:
        return Step(**json.loads((folder / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
