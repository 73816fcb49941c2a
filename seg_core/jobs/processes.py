"""Whether a process that was started earlier is still the same one. It ends none.

A pid alone says little, since systems use pids again; so a process is known by its pid
together with its start, and only on its own host.
"""

from __future__ import annotations

import socket
from dataclasses import asdict, dataclass
from typing import Any

import psutil

START_TOLERANCE_SECONDS = 5.0
"""psutil works a start out from the boot time, which moves when the clock is set right."""


@dataclass(frozen=True)
class ProcessMark:
    """Who a process is. start: seconds since 1970, as the system tells it."""

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
            same = abs(process.create_time() - self.start) <= START_TOLERANCE_SECONDS
            ended = process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
        except psutil.Error:
            return None
        return process if same and not ended else None

    def alive(self) -> bool:
        """True also for a process of another host: it is never declared dead from here."""
        return not self.here or self.find() is not None


def mark_of(pid: int) -> ProcessMark:
    """The mark of a process that was just started. Raises psutil.Error when it is gone."""
    return ProcessMark(pid, psutil.Process(pid).create_time(), socket.gethostname())
