"""Who holds a device and who waits for it, with real locks and real processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from seg_core.jobs.device_lock import DeviceHeld, all_waiters, held, holder, shared, waiters


def test_the_holder_of_a_device_is_named_while_it_holds(tmp_path: Path):
    with held(tmp_path, "gpu:0", "run-1", wait=False):
        assert holder(tmp_path, "gpu:0") == "run-1"
        assert holder(tmp_path, "gpu:0,gpu:1") == "run-1"
        assert holder(tmp_path, "gpu:1") is None
    assert holder(tmp_path, "gpu:0") is None


def test_several_gpus_are_held_together_and_refused_by_name(tmp_path: Path):
    refused = pytest.raises(DeviceHeld, match=r"gpu:1 is held by run-1\.")
    other = held(tmp_path, "gpu:1,gpu:2", "run-2", wait=False)
    with held(tmp_path, "gpu:0,gpu:1", "run-1", wait=False), refused, other:
        pass


def test_those_that_wait_are_named_and_go_in_the_order_they_came(tmp_path: Path):
    order: list[str] = []

    def hold(who: str) -> None:
        with held(tmp_path, "cpu", who, wait=True):
            order.append(who)

    with ThreadPoolExecutor() as threads, held(tmp_path, "cpu", "first", wait=False):
        for count, who in enumerate(("second", "third"), start=1):
            threads.submit(hold, who)
            while len(waiters(tmp_path, "cpu")) < count:
                time.sleep(0.02)
        assert waiters(tmp_path, "cpu") == ["second", "third"]
        assert all_waiters(tmp_path) == {"second": ("cpu", 0), "third": ("cpu", 1)}

    assert order == ["second", "third"]
    assert waiters(tmp_path, "cpu") == []


def test_a_holder_that_was_killed_holds_nothing(tmp_path: Path):
    code = (
        "import sys, time; from pathlib import Path; from seg_core.jobs.device_lock import held\n"
        "with held(Path(sys.argv[1]), 'cpu', 'killed', wait=False):\n"
        "    print(1, flush=True); time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    assert holder(tmp_path, "cpu") == "killed"

    process.kill()
    process.wait()

    assert holder(tmp_path, "cpu") is None
    with held(tmp_path, "cpu", "next", wait=False):
        assert holder(tmp_path, "cpu") == "next"


def test_two_choices_of_devices_share_one_or_not():
    assert shared("gpu:0,gpu:1", "gpu:1")
    assert not shared("gpu:0", "gpu:10")


def test_a_holder_of_another_host_is_believed_while_its_lock_is_held(tmp_path: Path):
    said = tmp_path / "locks" / "train-cpu.json"
    with held(tmp_path, "cpu", "run-1", wait=False):
        elsewhere = json.dumps(json.loads(said.read_text()) | {"host": "elsewhere"})
        said.write_text(elsewhere)
        assert holder(tmp_path, "cpu") == "run-1"
    said.write_text(elsewhere)

    assert holder(tmp_path, "cpu") is None


def test_one_of_another_host_that_waits_no_more_lets_the_next_one_pass(tmp_path: Path):
    line = tmp_path / "locks" / "train-cpu.waiting"
    line.mkdir(parents=True)
    mark = line / "00000000000000000001-1"
    mark.write_text(json.dumps({"who": "gone", "pid": 1, "start": 0.0, "host": "elsewhere"}))
    assert waiters(tmp_path, "cpu") == ["gone"]
    os.utime(mark, (1, 1))

    with held(tmp_path, "cpu", "next", wait=True):
        assert holder(tmp_path, "cpu") == "next"
