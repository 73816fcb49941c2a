"""The choice of an engine by name and by what this machine has. It imports the chosen one only."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import cast, get_args

from seg_core.errors import EngineError
from seg_core.inference.engine import Engine, EngineName, Precision
from seg_core.jobs.devices import visible_gpus


def make_engine(name: str = "auto", precision: str = "auto") -> Engine:
    """The engine of that name. `auto`: TensorFlow where it has a GPU, else OpenVINO.

    precision: of OpenVINO, `auto` as the model's card advises; TensorFlow carries out what the
    network was saved with. Raises EngineError for an unknown name or precision, or where the
    engine is not installed.
    """
    _check_choice("engine", name, get_args(EngineName))
    _check_choice("precision", precision, get_args(Precision))
    if name == "auto":
        name = "tensorflow" if has_tensorflow_gpu() else "openvino"
    if find_spec(name) is None:
        raise EngineError(
            f"engine {name}: expected the package {name} to be installed, found none. "
            "Type `pip install -r requirements.txt`."
        )
    if name == "tensorflow":
        _check_choice("precision of tensorflow", precision, ("auto", "f32"))
        from seg_core.inference.tensorflow_engine import TensorFlowEngine

        return TensorFlowEngine()
    from seg_core.inference.openvino_engine import OpenVINOEngine

    return OpenVINOEngine(cast(Precision, precision))


def _check_choice(what: str, given: str, choices: tuple[str, ...]) -> None:
    if given not in choices:
        raise EngineError(f"{what}: expected one of {', '.join(choices)}, received {given!r}.")


def has_tensorflow_gpu() -> bool:
    """Whether TensorFlow would find an NVIDIA GPU: driver, package and its CUDA libraries.

    None where CUDA_VISIBLE_DEVICES shows this process none, as in a job for the processor. Looks
    at files only: asking TensorFlow itself would import it.
    """
    driver = bool(visible_gpus(os.environ)) and Path("/proc/driver/nvidia/version").exists()
    return driver and find_spec("tensorflow") is not None and _has_cuda_libraries()


def _has_cuda_libraries() -> bool:
    """Whether `tensorflow[and-cuda]` is installed: cuDNN lies among the packages."""
    nvidia = find_spec("nvidia")
    places = nvidia.submodule_search_locations if nvidia else None
    return any((Path(place) / "cudnn").is_dir() for place in places or ())
