"""Which devices this process computes on: named before a backend loads, asked after. Locks none."""

from __future__ import annotations

import os
from collections.abc import Mapping

from seg_core.errors import RunError
from seg_core.jobs.devices import list_devices
from seg_core.jobs.runner import device_environment

VISIBLE = "CUDA_VISIBLE_DEVICES"


def use_devices(device: str | None) -> None:
    """Let this process see `cpu`, `gpu:0`, or several as in `gpu:0,gpu:1`, and nothing else.

    None keeps what the environment says; where that says nothing, the first GPU alone: nobody
    asked for all of them. To be called before TensorFlow or JAX is imported.
    Raises RunError for a GPU that this machine has not.
    """
    if device is None:
        os.environ.setdefault(VISIBLE, "0")
        return
    known = [found.name for found in list_devices()]
    missing = [name for name in device.split(",") if name not in known]
    if missing:
        raise RunError(
            f"device: expected some of {', '.join(known)}, received {', '.join(missing)}. "
            "`doctor` says what this machine has."
        )
    os.environ.update(device_environment(device))


def current_device() -> str:
    """The devices of this process, as the queue names them: `cpu`, `gpu:1`, `gpu:0,gpu:1`.

    JAX trains on one device here, so under JAX it is the first one.
    """
    import keras

    if keras.backend.backend() == "jax":
        import jax

        return "cpu" if jax.default_backend() == "cpu" else gpu_words(os.environ)[0]
    import tensorflow as tf

    return ",".join(gpu_words(os.environ)) if tf.config.list_physical_devices("GPU") else "cpu"


def gpu_words(environ: Mapping[str, str]) -> list[str]:
    """[`gpu:1`] where CUDA may see only GPU 1: inside the process that one is always number 0."""
    shown = environ.get(VISIBLE, "").split(",")
    return [f"gpu:{number.strip() or '0'}" for number in shown]
