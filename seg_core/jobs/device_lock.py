"""Who holds a device, and who waits for it, whoever started them. It starts and ends nothing.

The queue knows its own jobs only; a training that a terminal started is none of them. So what
computes on a device for long holds the device's lock and says beside it who it is:

<home>/locks/train-gpu0.lock           the lock itself
<home>/locks/train-gpu0.json           who holds it: who, pid, start, host
<home>/locks/train-gpu0.waiting/<pid>  who waits for it, in the order of `since`
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from seg_core.errors import JobError
from seg_core.jobs.processes import ProcessMark, mark_of
from seg_core.whole_files import write_whole

LOOK_SECONDS = 0.3
"""How often one that waits looks whether its turn has come, and shows that it is still there."""

GONE_SECONDS = 60.0
"""One of another host that waits and did not show itself for so long is gone: a container that was
killed comes back under another name, and nobody here can see its processes."""


class DeviceHeld(JobError):
    """Somebody else holds the device, and waiting was not asked for."""


def devices_of(device: str) -> tuple[str, ...]:
    """(`gpu:0`, `gpu:1`) of `gpu:0,gpu:1`."""
    return tuple(device.split(","))


def shared(one: str, other: str) -> bool:
    """Whether two choices of devices have a device in common."""
    return not set(devices_of(one)).isdisjoint(devices_of(other))


@contextmanager
def held(home: Path, device: str, who: str, *, wait: bool) -> Iterator[None]:
    """Hold a device, or several as in `gpu:0,gpu:1`, for the life of the context.

    who: what is shown to others, such as a run's id. wait: for those who came before;
    else DeviceHeld is raised.
    """
    locks = home / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        for name in sorted(devices_of(device)):  # in one order, so that two cannot block each other
            stack.enter_context(_held(_file(home, name, ".lock"), who, wait=wait))
        yield


@contextmanager
def _held(path: Path, who: str, *, wait: bool) -> Iterator[None]:
    with _waiting(path, who) if wait else _not_waiting(path) as turn:
        lock = _acquired(path, turn)
    said = path.with_suffix(".json")
    write_whole(said, _signature(who))
    try:
        yield
    finally:
        said.unlink(missing_ok=True)
        lock.release()


def _acquired(path: Path, turn: Path | None) -> FileLock:
    """The lock, once it is free and `turn`, where there is one, is the first of those waiting."""
    lock = FileLock(path)
    while True:
        if turn is not None:
            with suppress(OSError):
                os.utime(turn)
        if turn is None or _line(path)[:1] in ([], [turn]):
            try:
                lock.acquire(timeout=0)
                return lock
            except Timeout:
                if turn is None:
                    by = _who(path.with_suffix(".json")) or "another process"
                    raise DeviceHeld(f"{_device(path)} is held by {by}.") from None
        time.sleep(LOOK_SECONDS)


@contextmanager
def _not_waiting(path: Path) -> Iterator[None]:
    yield None


@contextmanager
def _waiting(path: Path, who: str) -> Iterator[Path]:
    """Stand in the line of a lock; the mark goes away with the context."""
    line = path.with_suffix(".waiting")
    line.mkdir(exist_ok=True)
    # Padded, so that names sort by the time at which they came.
    mark = line / f"{time.time_ns():020d}-{os.getpid()}"
    write_whole(mark, _signature(who))
    try:
        yield mark
    finally:
        mark.unlink(missing_ok=True)


def holder(home: Path, device: str) -> str | None:
    """Who holds a device (of several: the first that is held), or None when all are free."""
    names = (_holder(_file(home, name, ".json")) for name in devices_of(device))
    return next((who for who in names if who is not None), None)


def waiters(home: Path, device: str) -> list[str]:
    """Who waits for a lock of these devices, the next one first."""
    marks = [mark for name in devices_of(device) for mark in _line(_file(home, name, ".lock"))]
    names = [who for mark in sorted(marks, key=lambda m: m.name) if (who := _who(mark)) is not None]
    return list(dict.fromkeys(names))


def all_waiters(home: Path) -> dict[str, tuple[str, int]]:
    """who -> (device, how many go first), for all that wait for a lock in this workspace."""
    found: dict[str, tuple[str, int]] = {}
    for line in sorted((home / "locks").glob("train-*.waiting")):
        device = _device(line)
        found |= {who: (device, place) for place, who in enumerate(waiters(home, device))}
    return found


def _line(lock: Path) -> list[Path]:
    """Marks of the living that wait for a lock, the first one first; the dead are taken away."""
    living = []
    for mark in sorted(lock.with_suffix(".waiting").glob("[0-9]*")):
        if _waits(mark):
            living.append(mark)
        else:
            with suppress(OSError):
                mark.unlink()
    return living


def _holder(said: Path) -> str | None:
    """Who holds a lock; of another host's process only the lock itself tells whether it lives."""
    who, here = _signed(said)
    return who if here or _locked(said.with_suffix(".lock")) else None


def _waits(mark: Path) -> bool:
    who, here = _signed(mark)
    with suppress(OSError):
        return who is not None and (here or time.time() - mark.stat().st_mtime < GONE_SECONDS)
    return False


def _locked(path: Path) -> bool:
    probe = FileLock(path)
    try:
        probe.acquire(timeout=0)
    except Timeout:
        return True
    probe.release()
    return False


def _who(path: Path) -> str | None:
    """Whom a mark names, or None when the file or its process is gone."""
    return _signed(path)[0]


def _signed(path: Path) -> tuple[str | None, bool]:
    """(whom a mark names, whether its process is of this host); (None, True) when it is gone."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        mark = ProcessMark.from_json(record)
        return (str(record["who"]), mark.here) if mark.alive() else (None, True)
    except (OSError, ValueError, KeyError):
        return None, True


def _signature(who: str) -> str:
    return json.dumps({"who": who, **mark_of(os.getpid()).as_json()})


def _file(home: Path, device: str, suffix: str) -> Path:
    """`locks/train-gpu0.lock` of `gpu:0`: a colon is no good in a file's name."""
    return home / "locks" / f"train-{device.replace(':', '')}{suffix}"


def _device(path: Path) -> str:
    """`gpu:0` of `locks/train-gpu0.lock` and its neighbours."""
    return path.stem.removeprefix("train-").replace("gpu", "gpu:")


def together(devices: Sequence[str]) -> str:
    """`gpu:0,gpu:1`: several GPUs as one choice, in their own order."""
    return ",".join(sorted(devices, key=lambda name: int(name.partition(":")[2] or 0)))
