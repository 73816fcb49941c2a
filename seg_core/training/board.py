"""All runs as a page lists them: those on disk and those in the queue. It starts none."""

from __future__ import annotations

import math
import shutil
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from seg_core.errors import RunError
from seg_core.jobs import JobStatus, LocalLauncher
from seg_core.jobs.device_lock import all_waiters, holder
from seg_core.training.launch import is_training
from seg_core.training.run_folder import RunFolder, RunStatus, list_runs
from seg_core.training.state import state_folder

ACTIVE = ("waiting", "preparing", "training", "stopping")
"""States in which something is still going on."""


@dataclass(frozen=True)
class BoardEntry:
    """One run. folder: None while it waits; job: None when a command line started it.

    state: that of the run, or `waiting` while its device is not free for it.
    place: how many go before it, None unless it waits. waits_for: who holds its device, or "".
    """

    run_id: str
    state: str
    reason: str
    folder: RunFolder | None
    status: RunStatus
    job: JobStatus | None
    place: int | None = None
    waits_for: str = ""

    @property
    def active(self) -> bool:
        return self.state in ACTIVE

    @property
    def can_stop(self) -> bool:
        """A run that waits in a terminal can only be ended there."""
        known = self.folder is not None or self.job is not None
        return known and self.state in ("waiting", "preparing", "training")

    @property
    def can_resume(self) -> bool:
        """Whether there is a state on disk to go on from, and nobody is at it."""
        stands = self.state in ("stopped", "failed", "died") and self.folder is not None
        return stands and self.folder is not None and state_folder(self.folder.last) is not None

    @property
    def can_continue(self) -> bool:
        """Whether it ended by itself, some epochs after a best one to go on from."""
        ended = self.state == "finished" and self.folder is not None
        if self.status.best_epoch is None or self.status.best_epoch >= self.status.epoch:
            return False
        return ended and self.folder is not None and state_folder(self.folder.best) is not None

    @property
    def started(self) -> float | None:
        """Seconds since 1970 at which the run began; while it has no folder, was asked for."""
        if self.folder is not None and self.folder.begun is not None:
            return self.folder.begun
        if self.job is not None:
            return datetime.fromisoformat(self.job.submitted).timestamp()
        return None


def list_board(runs: Path, launcher: LocalLauncher) -> list[BoardEntry]:
    """All runs of a workspace and all that wait to become one, newest first."""
    jobs: dict[str, JobStatus] = {}
    for job in launcher.list_jobs():  # newest first: a resumed run shows its latest job
        if is_training(job.argv):
            jobs.setdefault(job.label, job)
    folders = {folder.id: folder for folder in list_runs(runs)}
    entries = {folder.id: _with_folder(folder, jobs.get(folder.id)) for folder in folders.values()}
    entries |= {label: _without_folder(job) for label, job in jobs.items() if label not in folders}
    for run_id, (device, place) in all_waiters(launcher.home).items():
        entry = entries.get(run_id) or _unknown(run_id)
        held_by = holder(launcher.home, device) or ""
        entries[run_id] = replace(entry, state="waiting", reason="", place=place, waits_for=held_by)
    return sorted(entries.values(), key=_newest_last, reverse=True)


def delete_run(entry: BoardEntry, launcher: LocalLauncher) -> None:
    """Remove a run's folder and its jobs. Raises RunError while it is waiting or under way."""
    if entry.active:
        raise RunError(f"{entry.run_id}: expected a run that is over, found it {entry.state}.")
    if entry.folder is not None:
        runs = entry.folder.path.parent
        gone = runs.with_name(f".{entry.run_id}.gone")
        entry.folder.path.rename(gone)  # at once, so that no half of a run is ever listed
        shutil.rmtree(gone, ignore_errors=True)
    for job in launcher.list_jobs():
        if job.label == entry.run_id and job.over:
            launcher.forget(job.id)


def _newest_last(entry: BoardEntry) -> tuple[float, str]:
    return entry.started or math.inf, entry.run_id  # one that only waits is yet to begin


def _with_folder(folder: RunFolder, job: JobStatus | None) -> BoardEntry:
    try:
        status = folder.status()
    except (RunError, ValueError) as error:  # a damaged run is listed and says what it is
        status = RunStatus(state="failed", reason=str(error))
    state, reason = status.state, status.reason
    if job is not None and job.state == "waiting":
        return replace(_without_folder(job), folder=folder, status=status)
    if job is not None and not job.over and not _told_since(job, folder):
        state, reason = "preparing", ""
    elif job is not None and job.over and state == "died":
        reason = job.reason or reason
    elif job is not None and _in_vain(job, folder):
        reason = f"The last try to go on failed. {job.reason}"
    return BoardEntry(folder.id, state, reason, folder, status, job)


def _in_vain(job: JobStatus, folder: RunFolder) -> bool:
    """Whether the latest job failed before its trainer wrote anything into the run."""
    failed = job.state in ("failed", "died") and bool(job.started)
    return failed and not _told_since(job, folder)


def _told_since(job: JobStatus, folder: RunFolder) -> bool:
    """Whether a trainer wrote into the run since the job began; before, it loads its libraries."""
    if not job.started or not folder.events_path.exists():
        return False
    return folder.events_path.stat().st_mtime >= datetime.fromisoformat(job.started).timestamp()


def _without_folder(job: JobStatus) -> BoardEntry:
    """A run that is queued, is just starting, or failed before it made its folder."""
    state = "preparing" if job.state == "running" else job.state
    named = RunStatus(state=state)
    return BoardEntry(
        job.label or job.id, state, job.reason, None, named, job, job.place, job.waits_for
    )


def _unknown(run_id: str) -> BoardEntry:
    """A run that a terminal started and that waits: neither folder nor job tells of it."""
    return BoardEntry(run_id, "waiting", "", None, RunStatus(state="waiting"), None)
