"""The local queue, with real processes that do next to nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from seg_core.errors import JobError
from seg_core.jobs import JobStatus, LocalLauncher, Resources
from seg_core.jobs.device_lock import held
from seg_core.jobs.job_folder import JobFolder
from seg_core.jobs.processes import ProcessMark
from seg_core.jobs.runner import start_when_due

PATIENCE_SECONDS = 40.0
"""Until a test gives up; nothing here takes that long on a free machine."""


def wait_for(launcher: LocalLauncher, job_id: str, *states: str) -> JobStatus:
    """The job's status once it is in one of the states."""
    end = time.monotonic() + PATIENCE_SECONDS
    while (status := launcher.status(job_id)).state not in states:
        assert time.monotonic() < end, f"still {status}, log: {launcher.logs(job_id, 0)[0]}"
        time.sleep(0.05)
    return status


def wait_for_output(launcher: LocalLauncher, job_id: str) -> str:
    """What the job printed, once it printed something."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not (printed := launcher.logs(job_id, 0)[0]):
        assert time.monotonic() < end, f"nothing printed, {launcher.status(job_id)}"
        time.sleep(0.05)
    return printed


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


LONG = python("import time; print('at work', flush=True); time.sleep(60)")


@pytest.fixture
def launcher(tmp_path: Path) -> Iterator[LocalLauncher]:
    launcher = LocalLauncher(tmp_path)
    yield launcher
    for status in launcher.list_jobs():
        for mark in (launcher.folder(status.id).command(), launcher.folder(status.id).runner()):
            process = mark.find() if mark else None
            if process is not None:
                process.kill()


@pytest.fixture
def submit(launcher: LocalLauncher) -> Callable[..., str]:
    def put(argv: list[str], device: str = "cpu", grace: float = 20.0, label: str = "a") -> str:
        return launcher.submit(argv, Resources(device=device, label=label, grace_seconds=grace))

    return put


def test_a_command_is_carried_out_and_its_output_kept(launcher, submit):
    job = submit(python("print('one'); print('two')"), label="run-1")

    status = wait_for(launcher, job, "finished")

    assert (status.exit_code, status.label, status.reason) == (0, "run-1", "")
    assert launcher.logs(job, 0) == ("one\ntwo\n", 8)
    assert launcher.logs(job, 4) == ("two\n", 8)
    assert launcher.logs(job, -4) == ("two\n", 8)


def test_a_job_knows_the_workspace_and_stays_off_other_devices(launcher, submit):
    code = "import os; print(os.environ['SECOND_READER_HOME'], os.environ['CUDA_VISIBLE_DEVICES'])"
    cpu, gpu = submit(python(code)), submit(python(code), device="gpu:1")

    wait_for(launcher, cpu, "finished"), wait_for(launcher, gpu, "finished")

    assert launcher.logs(cpu, 0)[0] == f"{launcher.home} -1\n"
    assert launcher.logs(gpu, 0)[0] == f"{launcher.home} 1\n"


def test_a_failure_says_its_exit_code_and_its_last_line(launcher, submit):
    job = submit(python("import sys; print('no room left'); sys.exit(4)"))

    status = wait_for(launcher, job, "failed")

    assert status.exit_code == 4
    assert status.reason == "Exit code 4. Last line: no room left"


def test_a_command_that_does_not_exist_fails_and_says_so(launcher, submit):
    status = wait_for(launcher, submit(["/no/such/program"]), "failed")

    assert status.reason.startswith("The command could not be started")


def test_two_jobs_of_one_device_run_one_after_the_other(launcher, submit):
    first = submit(LONG)
    wait_for(launcher, first, "running")
    second, third = submit(python("")), submit(python(""))

    assert [launcher.status(job).place for job in (first, second, third)] == [None, 0, 1]
    launcher.cancel(first)
    assert wait_for(launcher, first, "stopped").reason == "Ended on request."

    wait_for(launcher, third, "finished")
    assert launcher.status(second).ended <= launcher.status(third).started


def test_jobs_of_two_devices_run_at_the_same_time(launcher, submit):
    first, second = submit(LONG), submit(LONG, device="gpu:0")

    wait_for(launcher, first, "running"), wait_for(launcher, second, "running")


def test_a_job_of_two_gpus_waits_for_both_and_lets_nobody_pass(launcher, submit):
    first = submit(LONG, device="gpu:0", label="first")
    wait_for(launcher, first, "running")
    both = submit(python(""), device="gpu:0,gpu:1")
    third, other = submit(python(""), device="gpu:1"), submit(LONG, device="gpu:2")
    wait_for(launcher, other, "running")

    assert [launcher.status(job).place for job in (both, third)] == [0, 1]
    assert launcher.status(both).waits_for == "first"
    launcher.cancel(first)

    wait_for(launcher, third, "finished")
    assert launcher.status(both).ended <= launcher.status(third).started


def test_a_training_waits_for_one_that_a_terminal_started(launcher):
    with held(launcher.home, "cpu", "from-a-terminal", wait=False):
        training = launcher.submit(python(""), Resources(takes_lock=True))
        wait_for(launcher, launcher.submit(python(""), Resources(device="gpu:0")), "finished")
        status = launcher.status(training)
        assert (status.state, status.place, status.waits_for) == ("waiting", 0, "from-a-terminal")

    wait_for(launcher, training, "finished")


def test_two_apps_on_one_workspace_start_nothing_twice_and_nothing_at_once(launcher, tmp_path):
    code = (
        "import sys; from pathlib import Path; from seg_core.jobs import LocalLauncher, Resources\n"
        "note = \"open('log.txt', 'a').write(sys.argv[1] + ' ')\"\n"
        'job = f"import os, sys, time; os.chdir({sys.argv[1]!r}); {note}; time.sleep(.2); {note}"\n'
        "launcher = LocalLauncher(Path(sys.argv[1]))\n"
        "for number in '01':\n"
        "    launcher.submit([sys.executable, '-c', job, sys.argv[2] + number], Resources())\n"
    )
    apps = [subprocess.Popen([*python(code), str(tmp_path), name]) for name in "ab"]
    assert [app.wait(PATIENCE_SECONDS) for app in apps] == [0, 0]

    jobs = launcher.list_jobs()
    assert len(jobs) == 4
    for job in jobs:
        wait_for(launcher, job.id, "finished")

    words = (tmp_path / "log.txt").read_text().split()
    assert words[::2] == words[1::2]  # each began and ended before the next one began
    assert sorted(words[::2]) == ["a0", "a1", "b0", "b1"]


def test_a_waiting_job_can_be_moved_and_taken_out(launcher, submit):
    wait_for(launcher, submit(LONG), "running")
    second, third = submit(python("")), submit(python(""))

    launcher.move(third, earlier=True)
    assert [launcher.status(job).place for job in (second, third)] == [1, 0]
    launcher.cancel(second)
    status = wait_for(launcher, second, "stopped")

    assert status.reason == "Taken out of the queue before it started."
    assert (status.started, launcher.status(third).place) == ("", 0)


def test_a_command_deaf_to_polite_requests_is_ended_with_its_children(launcher, submit):
    code = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    job = submit(python(code), grace=0.5)
    printed = wait_for_output(launcher, job)

    launcher.cancel(job)
    status = wait_for(launcher, job, "stopped")

    assert status.reason.startswith("Did not end within 0.5 s of being asked")
    child = psutil.Process(int(printed)) if psutil.pid_exists(int(printed)) else None
    assert child is None or child.status() == psutil.STATUS_ZOMBIE


def test_a_killed_command_is_shown_as_died(launcher, submit):
    job = submit(LONG)
    wait_for_output(launcher, job)

    os.kill(launcher.folder(job).command().pid, signal.SIGKILL)
    status = wait_for(launcher, job, "died")

    assert status.reason == (
        "Ended by the signal SIGKILL (out of memory, or ended by hand). Last line: at work"
    )


def test_a_command_whose_watcher_was_killed_still_holds_its_device(launcher, submit):
    first = submit(LONG)
    wait_for(launcher, first, "running")
    os.kill(launcher.folder(first).runner().pid, signal.SIGKILL)
    second = submit(python(""))

    time.sleep(1.0)
    assert (launcher.status(first).state, launcher.status(second).state) == ("running", "waiting")

    launcher.cancel(first)
    wait_for(launcher, first, "stopped"), wait_for(launcher, second, "finished")


def test_a_waiting_job_whose_runner_was_killed_lets_the_next_one_pass(launcher, submit):
    first = submit(LONG)
    wait_for(launcher, first, "running")
    second, third = submit(python("")), submit(python(""))
    os.kill(launcher.folder(second).runner().pid, signal.SIGKILL)

    wait_for(launcher, second, "died")
    launcher.cancel(first)

    wait_for(launcher, third, "finished")


def test_jobs_outlive_the_app_that_submitted_them_and_another_app_sees_them(launcher):
    code = (
        "import sys; from pathlib import Path; from seg_core.jobs import LocalLauncher, Resources\n"
        "wait = [sys.executable, '-c', 'import time; time.sleep(1.5); print(1)']\n"
        f"print(LocalLauncher(Path({str(launcher.home)!r})).submit(wait, Resources()))"
    )
    app = subprocess.run(python(code), capture_output=True, text=True, check=True)

    job = app.stdout.strip()

    assert not launcher.status(job).over
    assert wait_for(launcher, job, "finished").exit_code == 0


def test_a_pid_used_again_by_another_process_is_not_taken_for_the_job(launcher, submit):
    job = submit(LONG)
    wait_for(launcher, job, "running")
    folder = launcher.folder(job)
    for mark in (folder.command(), folder.runner()):
        os.kill(mark.pid, signal.SIGKILL)
    for name in ("started.json", "runner.json"):
        record = json.loads((folder.path / name).read_text())
        record["pid"] = os.getpid()  # alive, but started at another time
        (folder.path / name).write_text(json.dumps(record | {"start": record["start"] - 3600}))

    assert wait_for(launcher, job, "died").exit_code is None


@pytest.mark.parametrize("name", ["nothing", "../jobs", "a/b", ""])
def test_an_unknown_job_is_an_error_that_names_it(launcher, name):
    with pytest.raises(JobError, match="expected one of"):
        launcher.status(name)


def test_a_device_that_is_none_and_an_empty_command_are_refused(launcher, submit):
    with pytest.raises(JobError, match="expected 'cpu' or 'gpu:0'"):
        submit(LONG, device="tpu")
    with pytest.raises(JobError, match="expected a command"):
        submit([])


def test_a_command_that_cannot_be_noted_as_started_is_ended_at_once(launcher, submit, monkeypatch):
    with held(launcher.home, "cpu", "a terminal", wait=False):
        folder = JobFolder(launcher.jobs / submit(python("import time; time.sleep(60)")))
        begun: list[psutil.Process] = []

        def full_disk(_: JobFolder, mark: ProcessMark) -> None:
            begun.append(psutil.Process(mark.pid))
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(JobFolder, "set_started", full_disk)
        monkeypatch.setattr(LocalLauncher, "held_by", lambda *_: None)
        with pytest.raises(OSError, match="No space left"):
            start_when_due(launcher, folder)

    assert not begun[0].is_running()
