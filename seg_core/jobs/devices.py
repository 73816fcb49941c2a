"""The devices of this machine that a command can be given. It reserves none."""

from __future__ import annotations

import platform
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psutil


@dataclass(frozen=True)
class Device:
    """One device. name: as `Resources` takes it; title: for people; load: how busy it is now."""

    name: str
    title: str
    load: str


def list_devices() -> list[Device]:
    """GPUs that NVML knows, first, and the processor, last: it is always there."""
    return [*_gpus(), _processor()]


def _processor() -> Device:
    memory = psutil.virtual_memory()
    title = f"CPU, {psutil.cpu_count() or 1} cores ({platform.machine()})"
    load = (
        f"load {psutil.getloadavg()[0]:.1f}, "
        f"{memory.available / 1e9:.1f} of {memory.total / 1e9:.1f} GB free"
    )
    return Device("cpu", title, load)


def _gpus() -> list[Device]:
    try:
        import pynvml
    except ImportError:  # comes with requirements-gpu.txt
        return []
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:  # no driver, no GPU
        return []
    try:
        return [_gpu(pynvml, i) for i in range(pynvml.nvmlDeviceGetCount())]
    except pynvml.NVMLError:
        return []
    finally:
        with suppress(pynvml.NVMLError):
            pynvml.nvmlShutdown()


def _gpu(nvml: Any, index: int) -> Device:
    handle = nvml.nvmlDeviceGetHandleByIndex(index)
    memory = nvml.nvmlDeviceGetMemoryInfo(handle)
    busy = nvml.nvmlDeviceGetUtilizationRates(handle).gpu
    load = f"{busy} % busy, {(memory.total - memory.used) / 1e9:.0f} GB free"
    title = f"{nvml.nvmlDeviceGetName(handle)}, {memory.total / 1e9:.0f} GB"
    return Device(f"gpu:{index}", title, load)
