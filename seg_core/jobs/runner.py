"""The process beside each local job: waits for the device, runs the command, writes its end.

Started as `python -m seg_core.jobs.runner JOB_FOLDER` by `local.py`. It does not know what the
command does, and it never decides alone: whose turn it is follows from the folders, under
the queue's lock.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from seg_core.jobs.job_folder import JobFolder
from seg_core.jobs.launcher import STOPPED_BY_USER
from seg_core.jobs.local import LocalLauncher, QueueBusy
from seg_core.jobs.processes import mark_of

LOOK_SECONDS = 0.3
"""How often a runner looks whether its turn has come, or whether it shall end."""


def device_environment(device: str) -> dict[str, str]:
    """What keeps a command on its device (the GPUs that CUDA may show it) and its log in order."""
    shown = device.replace("gpu:", "") if device.startswith("gpu:") else "-1"
    return {
        "CUDA_VISIBLE_DEVICES": shown,
        "CUDA_DEVICE_ORDER": "PCI_BUS_ID",  # as NVML numbers them; CUDA's own is by speed
        "PYTHONUNBUFFERED": "1",
        # Else TensorFlow's notices, not the command's last words, end the log of one that died.
        "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "2"),
    }


def start_when_due(launcher: LocalLauncher, folder: JobFolder) -> subprocess.Popen[bytes] | None:
    """Start the command if the device is free and no earlier job waits; else None."""
    asked = folder.asked()
    device = str(asked["device"])
    with launcher.lock():
        line = launcher.waiting(device)
        if launcher.held_by(folder) or not line or line[0].id != folder.id:
            return None
        process = subprocess.Popen(
            asked["argv"],
            env=os.environ | device_environment(device),
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # its own group, so that its helpers end with it
        )
        try:
            folder.set_started(mark_of(process.pid))
        except (OSError, psutil.Error):  # such as a full disk: nobody would know that it runs
            end_group(process)
            raise
    return process


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End a command and what it started, at once."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, AttributeError):  # gone already; no groups on Windows
        process.kill()
    process.wait()


def watch(process: subprocess.Popen[bytes], folder: JobFolder) -> tuple[int, str]:
    """Wait for the command's end; pass a request to end on, firmly once its grace is over."""
    grace = float(folder.asked()["grace_seconds"])
    asked_at: float | None = None
    while process.poll() is None:
        if asked_at is None and folder.asked_to_end:
            asked_at = time.monotonic()
            process.send_signal(signal.SIGTERM)
        if asked_at is not None and time.monotonic() - asked_at > grace:
            end_group(process)
            return STOPPED_BY_USER, f"Did not end within {grace:g} s of being asked; was ended."
        time.sleep(LOOK_SECONDS)
    return ended(process.returncode, by_request=asked_at is not None)


def ended(code: int, by_request: bool) -> tuple[int, str]:
    """Exit code and reason of a command that ended by itself; below 0 it is a signal's."""
    if by_request:
        usual = code in (0, STOPPED_BY_USER, -signal.SIGTERM)
        return STOPPED_BY_USER, "Ended on request" + ("." if usual else f", with exit code {code}.")
    if code < 0:
        name = signal.Signals(-code).name
        likely = " (out of memory, or ended by hand)" if -code == signal.SIGKILL else ""
        return 128 - code, f"Ended by the signal {name}{likely}."
    return code, ""


def carry_out(folder: JobFolder) -> None:
    """One job from waiting to its exit.json."""
    launcher = LocalLauncher(folder.path.parent.parent)
    process = None
    while process is None:
        if folder.asked_to_end:
            folder.set_exit(STOPPED_BY_USER, "Taken out of the queue before it started.")
            return
        try:
            process = start_when_due(launcher, folder)
        except QueueBusy:
            pass  # asked again at the next look
        except (OSError, psutil.Error) as error:
            folder.set_exit(127, f"The command could not be started: {error}.")
            return
        if process is None:
            time.sleep(LOOK_SECONDS)
    folder.set_exit(*watch(process, folder))


if __name__ == "__main__":
    carry_out(JobFolder(Path(sys.argv[1])))
