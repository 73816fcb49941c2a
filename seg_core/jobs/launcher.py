"""What a launcher is: four calls. It starts nothing itself and knows no training run.

Local processes stand behind it now (`local.py`); a cluster's job interface can, because a
launcher only carries out commands. Figures come from the run folder, never from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

JobState = Literal["waiting", "running", "stopping", "finished", "stopped", "failed", "died"]

OVER: frozenset[JobState] = frozenset({"finished", "stopped", "failed", "died"})
"""States that nothing follows."""

STOPPED_BY_USER = 130
"""Exit code of a command that ended because it was asked to (128 + SIGINT, as shells say it)."""


@dataclass(frozen=True)
class Resources:
    """What a command needs, and what it is called in the queue.

    device: `cpu`, `gpu:0`, or several GPUs as in `gpu:0,gpu:1`; one command at a time on each.
        `reading` is the processor too, beside a training that holds it for hours: whoever reads
        a study is not kept waiting by it.
    label: what the command is for, such as a run's id; several jobs may bear the same.
    grace_seconds: how long a command may take to end after it was asked politely.
    takes_lock: the command holds the device's lock (`device_lock.py`), as a training does; so
        it is not started while a command from outside the queue holds it.
    """

    device: str = "cpu"
    label: str = ""
    grace_seconds: float = 60.0
    takes_lock: bool = False


@dataclass(frozen=True)
class JobStatus:
    """One job, as its folder and its processes say at this moment.

    place: how many jobs of the same device go first, 0 for the next; None unless waiting.
    waits_for: the label of what holds the device now; "" unless waiting, or nothing holds it.
    submitted, started, ended: ISO 8601 in UTC, or "" while it has not happened.
    reason: why it failed, died or was stopped, in one sentence; "" otherwise.
    """

    id: str
    state: JobState
    label: str
    device: str
    argv: tuple[str, ...]
    submitted: str
    started: str = ""
    ended: str = ""
    exit_code: int | None = None
    place: int | None = None
    waits_for: str = ""
    reason: str = ""

    @property
    def over(self) -> bool:
        return self.state in OVER


class Launcher(Protocol):
    """Carries out commands in order, at most one a device at a time."""

    def submit(self, argv: Sequence[str], resources: Resources) -> str:
        """Put a command into the queue; gives the job's id back. Raises JobError."""
        ...

    def status(self, job_id: str) -> JobStatus:
        """How a job stands now. Raises JobError for an unknown one."""
        ...

    def logs(self, job_id: str, offset: int) -> tuple[str, int]:
        """What the command printed from byte `offset` on, and the offset to ask for next.

        A negative offset counts from the end. Never gives half a line while it is written.
        """
        ...

    def cancel(self, job_id: str) -> None:
        """End a job: politely, and firmly after its grace. Nothing happens to one that is over."""
        ...
