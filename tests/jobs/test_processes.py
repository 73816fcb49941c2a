import os
import subprocess
import sys

import psutil
import pytest

from seg_core.jobs.processes import FROM_BOOT, ProcessMark, mark_of

needs_linux = pytest.mark.skipif(not FROM_BOOT, reason="Linux alone moves starts with the clock")


@needs_linux
@pytest.mark.parametrize("seconds", [-86_400, -1, 1, 86_400])
def test_a_process_stays_the_same_when_the_clock_is_set(
    monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    mark = mark_of(os.getpid())
    booted, told = psutil.boot_time() + seconds, psutil.Process().create_time()
    monkeypatch.setattr("psutil._pslinux.boot_time", lambda: booted)
    assert psutil.Process().create_time() == pytest.approx(told + seconds)

    assert mark.alive()


def test_another_process_of_that_pid_is_not_the_same() -> None:
    mark = mark_of(os.getpid())

    assert not ProcessMark(mark.pid, mark.start - 10.0, mark.host).alive()


def test_one_that_ended_is_not_found_though_nobody_has_reaped_it() -> None:
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    mark = mark_of(process.pid)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)

    assert mark.find() is None

    process.wait()


def test_a_process_of_another_machine_is_never_declared_dead_from_here() -> None:
    assert ProcessMark(1, 0.0, "another").alive()
