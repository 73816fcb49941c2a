"""`doctor`: what this machine has and lacks, and what to type. It repairs nothing."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import typer

from seg_core.errors import ModelError
from seg_core.settings import Settings, load_settings

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

PROCESSOR_FLAGS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8")
"""What makes inference fast, from the slowest to the fastest."""

SOMETHING_BROKEN = 3


@dataclass(frozen=True)
class Finding:
    """One thing looked at. do: what to type where it is missing.

    needed: reading studies does not work without it.
    """

    name: str
    there: bool
    found: str
    do: str = ""
    needed: bool = False


def doctor() -> None:
    """Say what this machine has and lacks, and what to type.

    Exit codes: 0 studies can be read here; 2 a setting is wrong; 3 something needed is
    missing or broken.
    """
    findings = list(examine(load_settings()))
    for finding in findings:
        print(finding_line(finding))
    broken = [f.name for f in findings if f.needed and not f.there]
    if broken:
        print(f"\nMissing or broken: {', '.join(broken)}.", file=sys.stderr)
    raise typer.Exit(SOMETHING_BROKEN if broken else 0)


def finding_line(finding: Finding) -> str:
    """`ok name: found`, or `-- name: found. What to type`; `!!` where it is needed."""
    mark = "ok" if finding.there else ("!!" if finding.needed else "--")
    line = f"{mark} {finding.name}: {finding.found}"
    return line if finding.there or not finding.do else f"{line}. {finding.do}"


def examine(settings: Settings) -> Iterator[Finding]:
    """Every finding, the machine first, then what is installed, then what lies where."""
    for look in (_python, _processor, _memory, _gpu, _openvino, _tensorflow, _chromium):
        yield look()
    yield from _models(settings)
    yield _data_roots(settings)
    yield _home(settings)
    yield _store(settings)


def _python() -> Finding:
    return Finding(
        "python",
        sys.version_info >= (3, 11),
        platform.python_version(),
        "Install Python 3.11 or newer.",
        needed=True,
    )


def _processor() -> Finding:
    flags = _processor_flags()
    native = [flag for flag in PROCESSOR_FLAGS if flag in flags]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return Finding("processor", True, f"{cores} cores, {', '.join(native) or platform.machine()}")


def _processor_flags() -> set[str]:
    """Flags of the processor as Linux names them; empty elsewhere."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return set()
    return {f for line in lines if line.startswith("flags") for f in line.split(":", 1)[1].split()}


def _memory() -> Finding:
    import psutil

    memory = psutil.virtual_memory()
    return Finding(
        "memory",
        True,
        f"{memory.available / 2**30:.1f} of {memory.total / 2**30:.1f} GiB free",
    )


def _gpu() -> Finding:
    from seg_core.inference.choice import has_tensorflow_gpu
    from seg_core.jobs.devices import list_devices

    gpus = [f"{device.title} ({device.load})" for device in list_devices() if device.is_gpu]
    driver = Path("/proc/driver/nvidia/version")
    if not gpus and not driver.exists():
        return Finding("gpu", False, "no NVIDIA driver; the processor does the work")
    named = "; ".join(gpus) or driver.read_text("utf-8", errors="replace").splitlines()[0]
    if has_tensorflow_gpu():
        return Finding("gpu", True, named)
    return Finding(
        "gpu",
        False,
        f"{named}, but no CUDA libraries for TensorFlow",
        "Type `pip install -r requirements-gpu.txt`.",
    )


def _openvino() -> Finding:
    missing = _missing_package("openvino", needed=True)
    if missing:
        return missing
    from seg_core.network.silent_openvino import import_openvino

    try:
        capabilities = import_openvino().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    except (ImportError, RuntimeError) as error:
        return Finding("openvino", False, f"cannot start: {error}", _INSTALL, needed=True)
    found = f"{version('openvino')}, the processor offers {', '.join(capabilities)}"
    return Finding("openvino", True, found, needed=True)


def _tensorflow() -> Finding:
    found = _missing_package("tensorflow", needed=False)
    if found is not None:
        return found
    return Finding("tensorflow", True, f"{version('tensorflow')}, keras {version('keras')}")


_INSTALL = "Type `pip install -r requirements.txt`."


def _missing_package(name: str, *, needed: bool) -> Finding | None:
    try:
        version(name)
    except PackageNotFoundError:
        return Finding(name, False, "not installed", _INSTALL, needed=needed)
    return None


def _chromium() -> Finding:
    paths = [path for name in CHROMIUMS if (path := shutil.which(name))]
    return Finding(
        "chromium",
        bool(paths),
        paths[0] if paths else "not found; only the browser tests want it",
        "Type `apt-get install chromium`.",
    )


def _models(settings: Settings) -> Iterator[Finding]:
    """A finding for each released model, its checksums looked at, and each refused folder."""
    from seg_core.models.registry import scan_models, verify

    found, refused = scan_models(settings)
    if not found:
        places = f"none in {settings.models} or {settings.shipped_models}"
        do = "Train one, then type `python -m seg_core release RUN --name NAME`."
        yield Finding("models", False, places, do, needed=True)
    for model in found:
        yield _checked(f"model {model.label}", partial(verify, model))
    for skipped in refused:
        yield Finding(f"model folder {skipped.file}", False, skipped.reason, needed=True)


def _checked(name: str, check: Callable[[], None]) -> Finding:
    try:
        check()
    except (ModelError, OSError) as error:
        return Finding(name, False, str(error), needed=True)
    return Finding(name, True, "checksums hold", needed=True)


def _data_roots(settings: Settings) -> Finding:
    roots = ", ".join(str(root) for root in settings.data_roots)
    return Finding(
        "data roots",
        bool(roots),
        roots or "none: a browser can open uploads and the demo only",
        "Type `export SECOND_READER_DATA=FOLDER`; separate several as PATH does.",
    )


def _home(settings: Settings) -> Finding:
    nearest = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    writable = nearest.is_dir() and os.access(nearest, os.W_OK)
    if not writable:
        do = "Type `export SECOND_READER_HOME=FOLDER` with a folder that you can write to."
        return Finding("workspace", False, f"{settings.home} cannot be written to", do, needed=True)
    free = shutil.disk_usage(nearest).free / 2**30
    state = "" if settings.home.exists() else ", made at first use"
    return Finding("workspace", True, f"{settings.home}{state}, {free:.1f} GiB free", needed=True)


def _store(settings: Settings) -> Finding:
    """The database: a server that lets us in, or a file opened read-only and checked by SQLite."""
    if settings.database_url is not None:
        return _server(settings.database_url)
    if not settings.database.is_file():
        return Finding("store", True, f"{settings.database}, made at first use")
    address = f"{settings.database.as_uri()}?mode=ro"
    try:
        connection = sqlite3.connect(address, uri=True)
        try:
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        verdict = str(error)
    whole = verdict == "ok"
    do = "Bring back a copy of it: verdicts lie there alone. Moved away, a new one is made."
    found = f"{settings.database}, {'whole' if whole else verdict}"
    return Finding("store", whole, found, do, needed=True)


def _server(url: str) -> Finding:
    from sqlalchemy.engine import make_url

    from seg_core.store.postgresql import why_silent

    why, shown = why_silent(url), make_url(url).render_as_string()  # without its password
    do = "Start the server, or unset SECOND_READER_DATABASE."
    return Finding("store", why is None, f"{shown}, {why or 'lets us in'}", do, needed=True)
