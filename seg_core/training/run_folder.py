"""A run on disk: what it was asked, what happened, and how it stands now. It trains nothing.

The folder is the truth: the state of a run is worked out from its events and its process,
never stored beside them.
"""

from __future__ import annotations

import json
import os
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from seg_core.data.split import Split
from seg_core.errors import RunError
from seg_core.jobs.processes import ProcessMark
from seg_core.training.last_events import last_events, parsed
from seg_core.training.recipe import Recipe

Kind = TypeVar("Kind", bound=BaseModel)

HEARTBEAT_SECONDS = 3.0
"""How often a trainer says that it lives."""

DEAD_AFTER_SECONDS = 12.0
"""Silence after which a trainer of another machine is taken for dead."""

RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
"""A new run's name is a folder's, and a word of a command line."""

UNDER_WAY = ("preparing", "training", "stopping")
ENDED = ("stopped", "finished", "failed")
DIED = "died"
"""Of a trainer that ended without a word."""


@dataclass(frozen=True)
class RunStatus:
    """How a run stands.

    state: preparing, training, stopping, stopped, finished, failed or died.
    epoch, step: under way, of epochs and steps. best_epoch, best_value: by `monitor`.
    reason: why it ended. trainer_start: tells its trainers apart (`processes.start_of`), or None.
    """

    state: str
    epoch: int = 0
    epochs: int = 0
    step: int = 0
    steps: int = 0
    best_epoch: int | None = None
    best_value: float | None = None
    monitor: str = ""
    patience_left: int | None = None
    reason: str = ""
    trainer_start: float | None = None

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY


@dataclass(frozen=True)
class RunFolder:
    """One run's folder; cheap to make, reads when asked."""

    path: Path

    @property
    def id(self) -> str:
        return self.path.name

    @property
    def events_path(self) -> Path:
        return self.path / "events.jsonl"

    @property
    def last(self) -> Path:
        return self.path / "state" / "last"

    @property
    def best(self) -> Path:
        return self.path / "state" / "best"

    @property
    def log_path(self) -> Path:
        return self.path / "trainer.log"

    @property
    def begun(self) -> float | None:
        """Seconds since 1970 at which it began; None where it is gone or damaged."""
        try:
            return (self.path / "recipe.json").stat().st_mtime  # written once
        except OSError:
            return None

    def recipe(self) -> Recipe:
        """The settings as resolved at the start. Raises RunError."""
        return self._checked(Recipe, "recipe.json")

    def split(self) -> Split:
        """Who is in which part. Raises RunError."""
        return self._checked(Split, "split.json")

    def provenance(self) -> dict[str, Any]:
        """Commit, versions, device, data sets."""
        return self._json("provenance.json")

    def trainer(self) -> dict[str, Any] | None:
        """pid, host, start and heartbeat of the trainer; None before the first one."""
        try:
            return self._json("trainer.json")
        except RunError:
            return None

    def read_events(self, offset: int = 0) -> tuple[list[dict[str, Any]], int]:
        """Whole events from byte `offset` on, and the offset after them.

        A line that is still being written is left for the next call, a damaged one left out.
        An offset beyond the end (the log was cut on a resume) starts from the beginning:
        compare the offsets.
        """
        if not self.events_path.exists():
            return [], 0
        with self.events_path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(offset if offset <= size else 0)
            start = file.tell()
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        return list(parsed(whole.split(b"\n"))), start + len(whole)

    def last_event(self, kind: str) -> dict[str, Any] | None:
        """The newest event of a kind that tells how the run stands: step, epoch or state."""
        return last_events(self.events_path).get(kind)

    def status(self) -> RunStatus:
        """How the run stands now. Reads what is new in the log and looks at the process."""
        recipe, trainer = self.recipe(), self.trainer()
        gone = trainer is not None and not alive(trainer)  # first: its last words come before it
        events = last_events(self.events_path)
        step, epoch = events.get("step", {}), events.get("epoch", {})
        said = events.get("state", {"state": "preparing", "reason": ""})
        state, reason = said["state"], said.get("reason", "")
        if state not in ENDED:
            if gone:
                state, reason = DIED, "the trainer ended without saying why; see its log"
            elif (self.path / "commands" / "stop").exists():
                state = "stopping"
        return RunStatus(
            state=state,
            epoch=max(step.get("epoch", 0), epoch.get("epoch", 0)),
            epochs=recipe.epochs,
            step=step.get("step", 0),
            steps=step.get("steps", 0),
            best_epoch=epoch.get("best_epoch"),
            best_value=epoch.get("best_value"),
            monitor=recipe.early_stopping.monitor,
            patience_left=epoch.get("patience_left"),
            reason=reason,
            trainer_start=trainer["start"] if trainer else None,
        )

    def ask(self, command: str) -> None:
        """Leave a command (`stop`) for the trainer, which looks after every step."""
        folder = self.path / "commands"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / command).touch()

    def _checked(self, kind: type[Kind], name: str) -> Kind:
        try:
            return kind.model_validate(self._json(name))
        except ValidationError as error:
            first = error.errors()[0]
            raise RunError(
                f"{self.path / name}: expected what this version writes, found "
                f"{'.'.join(map(str, first['loc']))}: {first['msg']}. Another version "
                "wrote it: go on with that one, or start a new run."
            ) from error

    def _json(self, name: str) -> dict[str, Any]:
        try:
            loaded: dict[str, Any] = json.loads((self.path / name).read_text())
        except (OSError, json.JSONDecodeError) as error:
            raise RunError(f"{self.path / name}: expected a run's {name}, found {error}") from error
        return loaded


def alive(trainer: dict[str, Any]) -> bool:
    """Whether the trainer lives: by pid and start on this machine, else by its heartbeat."""
    mark = ProcessMark.from_json(trainer)
    if not mark.here:
        return time.time() - float(trainer["heartbeat"]) < DEAD_AFTER_SECONDS
    return mark.find() is not None


def find_run(runs: Path, name: str) -> RunFolder:
    """The run called `name`, or the path given. Raises RunError that says where it looked."""
    for path in (runs / name, Path(name)):
        if (path / "recipe.json").is_file():
            return RunFolder(path.resolve())
    raise RunError(f"{name}: expected a run under {runs}, found none. `runs` lists them.")


def list_runs(runs: Path) -> list[RunFolder]:
    """All runs under a folder, the one that began last first."""
    found = [RunFolder(path.parent) for path in runs.glob("*/recipe.json")]
    return sorted(found, key=lambda run: (run.begun or 0.0, run.id), reverse=True)


def check_run_id(name: str) -> None:
    """Raises RunError for a name that no new run may have; older runs keep theirs."""
    if RUN_ID.fullmatch(name) is None:
        raise RunError(
            "run's name: expected at most 80 letters from a to z, digits, dots, hyphens and "
            f"underscores, a letter or a digit first, found {name!r}. Give another, such as "
            "fold-1.second_try."
        )


def new_run_id(recipe_name: str) -> str:
    """A name that sorts by time and does not repeat: 20260131-142501-paper-3f2a."""
    now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    return f"{now}-{recipe_name}-{os.urandom(2).hex()}"
