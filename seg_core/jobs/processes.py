"""Whether a process that was started earlier is still the same one. It ends none.

A pid alone says little, since systems use pids again; so a process is known by its pid
together with its start, and only on its own host. The start is told from the machine's boot where
it can be: a clock that is set anew, as after a sleep, then makes no living process a dead one.
"""

from __future__ import annotations

import socket
import sys
from dataclasses import asdict, dataclass
from typing import Any

import psutil

FROM_BOOT = sys.platform == "linux"
"""Elsewhere the system tells a start as the clock's time, which no later setting of it moves."""

START_TOLERANCE_SECONDS = 0.05 if FROM_BOOT else 5.0
"""Linux counts starts in ticks of a hundredth; others round as they like."""


@dataclass(frozen=True)
class ProcessMark:
    """Who a process is. start: as `start_of` tells it."""

    pid: int
    start: float
    host: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> ProcessMark:
        return cls(int(record["pid"]), float(record["start"]), str(record["host"]))

    @property
    def here(self) -> bool:
        """Whether it runs on this host; of any other host nothing can be told from here."""
        return self.host == socket.gethostname()

    def find(self) -> psutil.Process | None:
        """The living process, or None when it is gone, is another's pid now, or is a zombie."""
        try:
            process = psutil.Process(self.pid)
            same = abs(start_of(process) - self.start) <= START_TOLERANCE_SECONDS
            ended = process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
        except psutil.Error:
            return None
        return process if same and not ended else None

    def alive(self) -> bool:
        """True also for a process of another host: it is never declared dead from here."""
        return not self.here or self.find() is not None


def start_of(process: psutil.Process) -> float:
    """Seconds to its start, from the boot on Linux and from 1970 elsewhere.

    Raises psutil.Error when it is gone.
    """
    # psutil adds the boot's time of day, which moves with the clock; this takes it off again.
    return process.create_time() - (psutil.boot_time() if FROM_BOOT else 0.0)


def mark_of(pid: int) -> ProcessMark:
    """The mark of a process that was just started. Raises psutil.Error when it is gone."""
    return ProcessMark(pid, start_of(psutil.Process(pid)), socket.gethostname())
