"""Commands as local processes that outlive the app, one at a time a device. Knows no run.

Each job gets a small process of its own (`runner.py`), which waits for its turn and then
watches the command. So no app has to stay open for the queue to go on, and two apps on
one workspace share one queue: every decision is taken under one lock, from the folders.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from seg_core.errors import JobError
from seg_core.jobs.device_lock import holder, shared, waiters
from seg_core.jobs.job_folder import JobFolder, utc_now
from seg_core.jobs.launcher import JobStatus, Resources
from seg_core.jobs.processes import mark_of
from seg_core.settings import PROJECT
from seg_core.whole_files import write_whole

LOCK_SECONDS = 30.0
"""How long to wait for the queue's lock; it is held for milliseconds."""


class QueueBusy(JobError):
    """Another process held the queue's lock for longer than any decision takes."""


class LocalLauncher:
    """The launcher of this machine; its jobs lie in `home`/jobs."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.jobs = home / "jobs"

    def submit(self, argv: Sequence[str], resources: Resources) -> str:
        """Put a command into the queue and start its runner. Raises JobError."""
        if not argv:
            raise JobError("job: expected a command, received none.")
        check_device(resources.device)
        self.jobs.mkdir(parents=True, exist_ok=True)
        with self.lock():
            folder = self._write_job(argv, resources)
            self._start_runner(folder)
        return folder.id

    def status(self, job_id: str) -> JobStatus:
        folder = self.folder(job_id)
        status = folder.status()
        if status.state != "waiting":
            return status
        ahead = [other for other in self.waiting(status.device) if other.order < folder.order]
        return replace(status, place=len(ahead), waits_for=self.held_by(folder) or "")

    def logs(self, job_id: str, offset: int) -> tuple[str, int]:
        return self.folder(job_id).read_log(offset)

    def cancel(self, job_id: str) -> None:
        folder = self.folder(job_id)
        if folder.status().over:
            return
        folder.ask_to_end()
        runner, command = folder.runner(), folder.command()
        orphan = command.find() if command and command.here else None
        if orphan is not None and runner is not None and not runner.alive():
            orphan.send_signal(signal.SIGTERM)  # no runner is left to pass the request on

    def forget(self, job_id: str) -> None:
        """Remove a job that is over, its log with it. Raises JobError for one that is not."""
        folder = self.folder(job_id)
        status = folder.status()
        if not status.over:
            raise JobError(f"job {job_id}: expected one that is over, found it {status.state}.")
        gone = folder.path.with_name(f".{job_id}.gone")
        folder.path.rename(gone)  # at once, so that no half of a job is ever listed
        shutil.rmtree(gone, ignore_errors=True)

    def list_jobs(self) -> list[JobStatus]:
        """All jobs, the newest first. Damaged folders are left out."""
        found = []
        for folder in self.folders():
            try:
                found.append(self.status(folder.id))
            except JobError:
                continue
        return sorted(found, key=lambda status: status.submitted, reverse=True)

    def move(self, job_id: str, earlier: bool) -> None:
        """Swap a waiting job with its neighbour in the queue; at the end nothing happens."""
        with self.lock():
            folder = self.folder(job_id)
            line = self.waiting(folder.status().device)
            at = next((i for i, other in enumerate(line) if other.id == job_id), None)
            if at is None:
                raise JobError(f"job {job_id}: expected one that waits, found one that does not.")
            to = at - 1 if earlier else at + 1
            if 0 <= to < len(line):
                mine, theirs = folder.order, line[to].order
                folder.set_order(theirs)
                line[to].set_order(mine)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """The one lock of the queue, over all processes on this workspace. Raises QueueBusy."""
        lock = FileLock(self.jobs / "queue.lock", timeout=LOCK_SECONDS)
        try:
            lock.acquire()
        except Timeout as error:
            raise QueueBusy(
                f"{lock.lock_file}: expected the queue free within {LOCK_SECONDS:g} s, found it "
                "held by another process. Try again."
            ) from error
        try:
            yield
        finally:
            lock.release()

    def folder(self, job_id: str) -> JobFolder:
        """The folder of a job. Raises JobError for an unknown one or for a path in disguise."""
        path = self.jobs / job_id
        if path.parent != self.jobs or not (path / "job.json").is_file():
            raise JobError(f"job {job_id}: expected one of {self.jobs}, found none of that name.")
        return JobFolder(path)

    def folders(self) -> list[JobFolder]:
        return [JobFolder(path.parent) for path in sorted(self.jobs.glob("[!.]*/job.json"))]

    def waiting(self, device: str) -> list[JobFolder]:
        """The device's queue on this host, the next one first; of several devices, all theirs."""
        return sorted(self._on(device, "waiting"), key=lambda folder: (folder.order, folder.id))

    def busy(self, device: str) -> list[JobFolder]:
        """Jobs that hold the device on this host: at most one a device."""
        return self._on(device, "running", "stopping")

    def held_by(self, folder: JobFolder) -> str | None:
        """What keeps a job's device from it: another job's label, or who holds its lock."""
        asked = folder.asked()
        device = str(asked["device"])
        others = [str(other.asked()["label"]) or other.id for other in self.busy(device)]
        if not others and asked.get("takes_lock"):
            others = [who for who in (holder(self.home, device),) if who]
            others += waiters(self.home, device)  # they stood in line before this job was due
        return next(iter(others), None)

    def _on(self, device: str, *states: str) -> list[JobFolder]:
        found = []
        for folder in self.folders():
            if folder.over:
                continue
            try:
                status, host = folder.status(), folder.asked()["host"]
            except JobError:
                continue  # one damaged folder does not hold the queue up
            same = shared(status.device, device) and host == socket.gethostname()
            if same and status.state in states:
                found.append(folder)
        return found

    def _write_job(self, argv: Sequence[str], resources: Resources) -> JobFolder:
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        folder = JobFolder(self.jobs / f"{stamp}-{secrets.token_hex(3)}")
        orders = [other.order for other in self.folders() if not other.over]
        folder.path.mkdir()
        folder.set_order(max([o for o in orders if o != float("inf")], default=0.0) + 1.0)
        asked = {
            "argv": [str(part) for part in argv],
            "device": resources.device,
            "label": resources.label,
            "grace_seconds": resources.grace_seconds,
            "takes_lock": resources.takes_lock,
            "submitted": utc_now(),
            "host": socket.gethostname(),
        }
        write_whole(folder.path / "job.json", json.dumps(asked, indent=1))
        return folder

    def _start_runner(self, folder: JobFolder) -> None:
        command = [sys.executable, "-m", "seg_core.jobs.runner", str(folder.path)]
        with folder.log.open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=PROJECT,
                env=os.environ | {"SECOND_READER_HOME": str(self.home)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # the app's Ctrl-C and its end do not reach it
            )
        folder.set_runner(mark_of(process.pid))
        # Reaped as soon as it ends, so that no zombie is left for the app's lifetime.
        threading.Thread(target=process.wait, name=f"reap {folder.id}", daemon=True).start()


def check_device(device: str) -> None:
    """Raises JobError unless it is `cpu`, `reading`, or one or several of `gpu:` and a number."""
    if not re.fullmatch(r"cpu|reading|gpu:\d+(,gpu:\d+)*", device):
        raise JobError(
            f"device: expected 'cpu' or 'gpu:0', 'gpu:1', 'gpu:0,gpu:1', ..., received {device!r}."
        )
