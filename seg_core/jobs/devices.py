"""The devices of this machine that a command can be given, and how busy they are. Reserves none."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import psutil

UNKNOWN = "–"
"""In the place of a figure that a GPU does not give, such as the load of a part of one (MIG)."""


@dataclass(frozen=True)
class Device:
    """One device. name: as `Resources` takes it; title: for people; load: how busy it is now."""

    name: str
    title: str
    load: str

    @property
    def is_gpu(self) -> bool:
        return self.name.startswith("gpu:")


def list_devices() -> list[Device]:
    """GPUs that NVML knows, first, and the processor, last: it is always there."""
    return [*_gpus(), _processor()]


def gpu_figures(numbers: list[int]) -> dict[str, float]:
    """`gpu0_percent` and `gpu0_memory_mb` (of all processes on it) of each GPU of these numbers.

    A figure that the GPU does not give is left out; {} without NVML.
    """
    found: dict[str, float] = {}
    with _nvml() as nvml:
        for number in numbers if nvml is not None else []:
            with suppress(nvml.NVMLError):  # no such GPU
                handle = nvml.nvmlDeviceGetHandleByIndex(number)
                if (busy := _busy(nvml, handle)) is not None:
                    found[f"gpu{number}_percent"] = busy
                memory = nvml.nvmlDeviceGetMemoryInfo(handle)
                found[f"gpu{number}_memory_mb"] = round(memory.used / 1e6, 1)
    return found


def visible_gpus(environ: Mapping[str, str]) -> list[int]:
    """Numbers of the GPUs that CUDA shows to a process; [0] where nothing is said of it."""
    words = environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")
    return [int(word) for word in words if word.strip().isdecimal()]


def _processor() -> Device:
    memory = psutil.virtual_memory()
    title = f"CPU, {psutil.cpu_count() or 1} cores ({platform.machine()})"
    load = (
        f"load {psutil.getloadavg()[0]:.1f}, "
        f"{memory.available / 1e9:.1f} of {memory.total / 1e9:.1f} GB free"
    )
    return Device("cpu", title, load)


def _gpus() -> list[Device]:
    with _nvml() as nvml:
        if nvml is None:
            return []
        found = []
        for number in range(nvml.nvmlDeviceGetCount()):
            with suppress(nvml.NVMLError):  # one that has fallen off the bus hides no other
                found.append(_gpu(nvml, number))
        return found


def _gpu(nvml: Any, number: int) -> Device:
    handle = nvml.nvmlDeviceGetHandleByIndex(number)
    memory = nvml.nvmlDeviceGetMemoryInfo(handle)
    busy = _busy(nvml, handle)
    load = (
        f"{UNKNOWN if busy is None else f'{busy:.0f}'} % busy, "
        f"{(memory.total - memory.used) / 1e9:.1f} of {memory.total / 1e9:.1f} GB free"
    )
    return Device(f"gpu:{number}", f"GPU {number}, {nvml.nvmlDeviceGetName(handle)}", load)


def _busy(nvml: Any, handle: Any) -> float | None:
    """Percent of the last moment in which the GPU computed, or None where it does not say."""
    try:
        return float(nvml.nvmlDeviceGetUtilizationRates(handle).gpu)
    except nvml.NVMLError:
        return None


@contextmanager
def _nvml() -> Iterator[Any]:
    """NVIDIA's library, started, or None where there is none or no driver answers."""
    try:
        import pynvml
    except ImportError:  # comes with requirements-gpu.txt
        yield None
        return
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        yield None
        return
    try:
        yield pynvml
    finally:
        with suppress(pynvml.NVMLError):
            pynvml.nvmlShutdown()
