"""What a bench ran on: processor, its flags, and the versions of what was timed."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

FLAGS = ("avx2", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8")
"""What of a processor's flags makes a network quick."""

PACKAGES = ("openvino", "tensorflow", "keras", "onnxruntime", "torch", "numpy")


def machine_lines() -> Iterator[str]:
    """Processor, flags, load and versions, a line each."""
    name, flags = _processor()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = f"{os.getloadavg()[0]:.2f}" if hasattr(os, "getloadavg") else "unknown"
    yield f"processor: {name}, {cores} cores, load before the bench {load}"
    yield f"flags: {', '.join(flag for flag in FLAGS if flag in flags) or 'none of note'}"
    found = [f"{package} {number}" for package in PACKAGES if (number := version_of(package))]
    yield f"versions: Python {platform.python_version()}, {', '.join(found)}"


def version_of(package: str) -> str | None:
    """The installed version; None where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _processor() -> tuple[str, set[str]]:
    """Its name and flags as Linux tells them; elsewhere what Python knows, and no flags."""
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8", errors="replace")
    except OSError:
        return platform.processor() or platform.machine(), set()
    told = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    found = {name.strip(): value.strip() for name, value in told.items()}
    return found.get("model name", platform.machine()), set(found.get("flags", "").split())
