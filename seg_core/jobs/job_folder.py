"""One job on disk, and its status worked out from it. It starts and ends no process.

<job id>/
  job.json      what was asked: argv, device, label, submitted, grace; never changed
  order         its place among the others: a number, the smallest goes first
  runner.json   the process that waits for the device, then watches the command
  started.json  the command's own process, and when it began
  cancel        asked to end; its content is the time
  exit.json     how the command ended; written last, so what has it is over
  log           what runner and command printed
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from seg_core.errors import JobError
from seg_core.jobs.launcher import STOPPED_BY_USER, JobState, JobStatus
from seg_core.jobs.processes import ProcessMark
from seg_core.whole_files import write_whole

NEVER_STARTED_SECONDS = 15.0
"""A job without a runner after this long lost its app between the two steps of `submit`."""

SIGNALLED = 128
"""Exit codes above it say which signal ended the command."""

LOG_CHUNK = 256 * 1024
"""Bytes of log that one call reads at most."""


def utc_now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class JobFolder:
    """The folder of one job. Raises JobError where its job.json is missing or damaged."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.id = path.name
        self.log = path / "log"

    def _read(self, name: str) -> dict[str, Any] | None:
        try:
            record = json.loads((self.path / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise JobError(f"{self.path / name}: expected a JSON object, found {error}.") from error
        return dict(record)

    def _mark(self, name: str) -> ProcessMark | None:
        record = self._read(name)
        return None if record is None else ProcessMark.from_json(record)

    def asked(self) -> dict[str, Any]:
        """What `submit` wrote: argv, device, label, submitted, host, grace_seconds."""
        record = self._read("job.json")
        if record is None:
            raise JobError(f"job {self.id}: expected {self.path / 'job.json'}, found no such file.")
        return record

    @property
    def order(self) -> float:
        """Smallest goes first; jobs whose file is gone go last."""
        try:
            return float((self.path / "order").read_text())
        except (OSError, ValueError):
            return float("inf")

    def set_order(self, order: float) -> None:
        write_whole(self.path / "order", f"{order!r}\n")

    def set_runner(self, mark: ProcessMark) -> None:
        write_whole(self.path / "runner.json", json.dumps(mark.as_json()))

    def set_started(self, mark: ProcessMark) -> None:
        write_whole(self.path / "started.json", json.dumps(mark.as_json() | {"time": utc_now()}))

    def set_exit(self, code: int, reason: str = "") -> None:
        record = {"code": code, "time": utc_now(), "reason": reason}
        write_whole(self.path / "exit.json", json.dumps(record))

    def ask_to_end(self) -> None:
        if not self.asked_to_end:
            write_whole(self.path / "cancel", utc_now())

    @property
    def asked_to_end(self) -> bool:
        return (self.path / "cancel").exists()

    @property
    def over(self) -> bool:
        """Whether the ending is written; a job that died has none and is False here."""
        return (self.path / "exit.json").exists()

    def command(self) -> ProcessMark | None:
        """The command's own process, once it was started."""
        return self._mark("started.json")

    def runner(self) -> ProcessMark | None:
        return self._mark("runner.json")

    def status(self) -> JobStatus:
        """How the job stands now; `place` is left to the queue, which sees the others."""
        asked = self.asked()
        started = self._read("started.json") or {}
        state, reason = self._state(asked["submitted"])
        ending = self._read("exit.json") or {}
        return JobStatus(
            id=self.id,
            state=state,
            label=str(asked["label"]),
            device=str(asked["device"]),
            argv=tuple(asked["argv"]),
            submitted=str(asked["submitted"]),
            started=str(started.get("time", "")),
            ended=str(ending.get("time", "")),
            exit_code=ending.get("code"),
            reason=reason,
        )

    def _state(self, submitted: str) -> tuple[JobState, str]:
        ending = self._read("exit.json")
        if ending is not None:
            return self._ended(int(ending["code"]), str(ending.get("reason", "")))
        command, runner = self.command(), self.runner()
        if command is not None and (command.alive() or (runner and runner.alive())):
            return ("stopping" if self.asked_to_end else "running"), ""
        if command is not None:
            return self._died("The process and its watcher are gone and left no exit code")
        if runner is not None:
            if runner.alive():
                return "waiting", ""
            return self._died("The process that waited for its turn is gone")
        age = datetime.now(UTC) - datetime.fromisoformat(submitted)
        if age.total_seconds() < NEVER_STARTED_SECONDS:
            return "waiting", ""
        return self._died("It was never started: the app ended while it was put into the queue")

    def _ended(self, code: int, reason: str) -> tuple[JobState, str]:
        if code == 0:
            return "finished", reason
        if code == STOPPED_BY_USER or self.asked_to_end:
            return "stopped", reason
        if code > SIGNALLED:
            return "died", self._with_last_line(reason.rstrip(".") or f"Exit code {code}")
        return "failed", reason or self._with_last_line(f"Exit code {code}")

    def _died(self, what: str) -> tuple[JobState, str]:
        ending = self._read("exit.json")
        if ending is not None:  # written after it was looked for, before its process ended
            return self._ended(int(ending["code"]), str(ending.get("reason", "")))
        if self.asked_to_end:
            return "stopped", "Ended on request."
        return "died", self._with_last_line(f"{what} (killed, out of memory, or power lost)")

    def _with_last_line(self, sentence: str) -> str:
        lines = [line for line in self.read_log(-4096)[0].splitlines() if line.strip()]
        return f"{sentence}. Last line: {lines[-1].strip()}" if lines else f"{sentence}."

    def read_log(self, offset: int) -> tuple[str, int]:
        """Whole lines of the log from byte `offset` on, and the next offset.

        A negative offset counts from the end. At most LOG_CHUNK bytes a call; a last line
        without its break is held back while the job runs, and given once the job is over.
        """
        try:
            with self.log.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                begin = max(size + offset, 0) if offset < 0 else min(offset, size)
                file.seek(begin)
                content = file.read(LOG_CHUNK)
        except FileNotFoundError:
            return "", 0
        whole = content.rfind(b"\n") + 1
        if offset >= 0 and not self.over and whole < len(content) < LOG_CHUNK:
            content = content[:whole]
        return content.decode("utf-8", "replace"), begin + len(content)
