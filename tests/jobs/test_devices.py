"""What a machine offers to a command; NVIDIA's library, the edge, is replaced by a fake."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from seg_core.jobs.devices import gpu_figures, list_devices, visible_gpus
from seg_core.jobs.local import check_device


class FakeNvml(SimpleNamespace):
    """`pynvml` on a machine with two GPUs; the second does not say how busy it is, as under MIG."""

    class NVMLError(Exception):
        """What pynvml raises."""

    nvmlInit = nvmlShutdown = staticmethod(lambda: None)
    nvmlDeviceGetCount = staticmethod(lambda: 2)
    nvmlDeviceGetName = staticmethod(lambda handle: f"Model {'AB'[handle]}")

    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:
        if index > 1:
            raise self.NVMLError("Invalid Argument")
        return index

    def nvmlDeviceGetMemoryInfo(self, handle: int) -> Any:
        return SimpleNamespace(total=80e9, used=(30e9, 0)[handle])

    def nvmlDeviceGetUtilizationRates(self, handle: int) -> Any:
        if handle == 1:
            raise self.NVMLError("Not Supported")
        return SimpleNamespace(gpu=87)


@pytest.fixture
def two_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", FakeNvml())


def test_the_processor_is_always_there_and_named_as_the_queue_wants_it():
    devices = list_devices()

    assert devices[-1].name == "cpu"
    assert "free" in devices[-1].load
    for device in devices:
        check_device(device.name)


def test_gpus_come_first_with_name_memory_and_load(two_gpus):
    first, second, last = list_devices()

    assert (first.name, first.title) == ("gpu:0", "GPU 0, Model A")
    assert first.load == "87 % busy, 50.0 of 80.0 GB free"
    assert (second.name, second.load) == ("gpu:1", "– % busy, 80.0 of 80.0 GB free")
    assert last.name == "cpu"


def test_use_of_a_gpu_is_given_as_far_as_it_says_it(two_gpus):
    figures = gpu_figures([0, 1, 7])

    assert figures == {"gpu0_percent": 87, "gpu0_memory_mb": 30e3, "gpu1_memory_mb": 0}


def test_without_a_driver_there_are_no_gpus(monkeypatch, two_gpus):
    def fail() -> None:
        raise FakeNvml.NVMLError("Driver Not Loaded")

    monkeypatch.setattr(sys.modules["pynvml"], "nvmlInit", fail)

    assert [device.name for device in list_devices()] == ["cpu"]
    assert gpu_figures([0]) == {}


@pytest.mark.parametrize(
    ("environ", "numbers"),
    [({}, [0]), ({"CUDA_VISIBLE_DEVICES": "2,3"}, [2, 3]), ({"CUDA_VISIBLE_DEVICES": "-1"}, [])],
)
def test_a_process_counts_the_gpus_that_cuda_shows_it(environ, numbers):
    assert visible_gpus(environ) == numbers
