"""A queue whose processor is held, so that what a test submits waits and never runs."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from seg_core.jobs import LocalLauncher, Resources


@contextmanager
def held_queue(home: Path) -> Iterator[LocalLauncher]:
    """A launcher of `home` behind a command that waits; its processes are ended afterwards."""
    launcher = LocalLauncher(home)
    sleep = [sys.executable, "-c", "import time; time.sleep(170)"]
    busy = launcher.submit(sleep, Resources(label="busy"))
    while launcher.status(busy).state == "waiting":
        time.sleep(0.05)
    yield launcher
    for status in launcher.list_jobs():
        folder = launcher.folder(status.id)
        for mark in (folder.runner(), folder.command()):
            process = mark.find() if mark else None
            if process is not None:
                process.kill()
