"""What a trainer leaves in its run while it works: lock, log, heartbeat, and why it ended.

It trains nothing: `worker` does, inside these contexts.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
from filelock import FileLock, Timeout

from seg_core.errors import RunError, SecondReaderError
from seg_core.jobs.device_lock import DeviceHeld, held
from seg_core.jobs.processes import mark_of
from seg_core.settings import Settings
from seg_core.training.events import EventLog
from seg_core.training.run_folder import HEARTBEAT_SECONDS, RunFolder
from seg_core.training.trainer import Stopped, Trainer
from seg_core.whole_files import write_whole

log = logging.getLogger(__name__)

STOPPED_BY_USER = "stopped by the user; resume goes on from here"


@contextmanager
def at_work(
    run: RunFolder,
    settings: Settings,
    device: str,
    *,
    wait: bool = False,
    check: Callable[[], None] = lambda: None,
) -> Iterator[None]:
    """Hold the device, log into trainer.log, beat, and say at the end why it ended.

    device: as the queue names it: `cpu`, `gpu:0`, or several as in `gpu:0,gpu:1`.
    check: called once the device is held, before anything is written; another run may have made
    what was not there when this one began to wait.
    When another run holds it, wait for its end if `wait` is given; else raise RunError and
    leave nothing behind.
    """
    asked = run.path / "commands" / "stop"
    try:
        with held(settings.home, device, run.id, wait=wait), _alone(run, settings):
            check()
            with _logged(run), _beating(run):
                _forget_older(asked)
                _say(run, "preparing", "")
                try:
                    with _end_said(run):
                        yield
                finally:
                    asked.unlink(missing_ok=True)
    except DeviceHeld as error:
        raise RunError(
            f"{run.id}: {error} Add --wait to begin after it, or start this one from the "
            "Training page, which queues it."
        ) from None


@contextmanager
def _alone(run: RunFolder, settings: Settings) -> Iterator[None]:
    """No other process trains this run: on another device its lock would let both begin."""
    lock = FileLock(settings.home / "locks" / f"run-{run.id}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise RunError(
            f"{run.id}: expected a run that has ended, found it under way. Wait for its end, or "
            "stop it first."
        ) from None
    try:
        yield
    finally:
        lock.release()


def _forget_older(asked: Path) -> None:
    """Remove what a trainer that was killed left unheard, not what this one was asked meanwhile."""
    with suppress(FileNotFoundError):
        if asked.stat().st_mtime < psutil.Process().create_time():
            asked.unlink()


@contextmanager
def signals_stop(trainer: Trainer) -> Iterator[None]:
    """Ctrl-C and a polite kill end the run after the current step, with its state saved."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(*_: object) -> None:
        trainer.stop_asked = True

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _end_said(run: RunFolder) -> Iterator[None]:
    """Write into the run's events why it ended, whatever it was."""
    try:
        yield
    except (Stopped, KeyboardInterrupt):
        _say(run, "stopped", STOPPED_BY_USER)
        raise
    except SecondReaderError as error:
        _say(run, "failed", str(error))
        raise
    except Exception as error:
        log.exception("the trainer failed")
        _say(run, "failed", f"{type(error).__name__}: {error}")
        raise


def _say(run: RunFolder, state: str, reason: str) -> None:
    length = run.events_path.stat().st_size if run.events_path.exists() else 0
    events = EventLog(run.events_path, length)
    events.append("state", state=state, reason=reason)
    events.close()


@contextmanager
def _logged(run: RunFolder) -> Iterator[None]:
    run.path.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(run.log_path)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("seg_core")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        handler.close()


@contextmanager
def _beating(run: RunFolder) -> Iterator[None]:
    """Renew trainer.json every HEARTBEAT_SECONDS."""
    trainer = mark_of(os.getpid()).as_json()
    ended = threading.Event()
    _beat(run, trainer)

    def beat() -> None:
        while not ended.wait(HEARTBEAT_SECONDS):
            with suppress(OSError):  # a full disk: the next state will say so
                _beat(run, trainer)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat(run: RunFolder, trainer: dict[str, Any]) -> None:
    write_whole(run.path / "trainer.json", json.dumps({**trainer, "heartbeat": time.time()}))
