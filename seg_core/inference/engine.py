"""What an engine is, a fake one for tests, and the choice of one. It imports no engine itself."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, Protocol, cast, get_args

import numpy as np

from seg_core.errors import EngineError
from seg_core.models.registry import ReleasedModel
from seg_core.study import EngineInfo

EngineName = Literal["auto", "openvino", "tensorflow"]
Precision = Literal["f32", "bf16"]


class Engine(Protocol):
    """Carries out one network at a time. It is not meant for several threads at once.

    `info` is complete once a model is loaded.
    """

    @property
    def info(self) -> EngineInfo: ...

    def load(self, model: ReleasedModel) -> None:
        """Make `model` the network of `predict`; nothing to do where it is already.

        Raises ChecksumMismatch before a changed file is opened, EngineError for a
        network that cannot be carried out.
        """
        ...

    def predict(self, batch: np.ndarray) -> np.ndarray:
        """float32 (b, size, size, channels) -> probability float32 (b, size, size)."""
        ...


class FakeEngine:
    """An engine of one line for tests: by default the mean of the channels.

    loads: the labels of the models that were really loaded, in order.
    batches: the length of each batch.
    """

    def __init__(self, answer: Callable[[np.ndarray], np.ndarray] | None = None) -> None:
        self.info = EngineInfo("fake", "f32", "none")
        self.loads: list[str] = []
        self.batches: list[int] = []
        self._answer = answer or (lambda batch: batch.mean(axis=-1))

    def load(self, model: ReleasedModel) -> None:
        if self.loads[-1:] != [model.label]:
            self.loads.append(model.label)

    def predict(self, batch: np.ndarray) -> np.ndarray:
        self.batches.append(len(batch))
        return self._answer(batch).astype(np.float32)


def make_engine(name: str = "auto", precision: str = "f32") -> Engine:
    """The engine of that name. `auto`: TensorFlow where it has a GPU, else OpenVINO.

    precision: of OpenVINO; TensorFlow carries out what the network was saved with. Raises
    EngineError for an unknown name or precision, or where the engine is not installed.
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
        _check_choice("precision of tensorflow", precision, ("f32",))
        from seg_core.inference.tensorflow_engine import TensorFlowEngine

        return TensorFlowEngine()
    from seg_core.inference.openvino_engine import OpenVINOEngine

    return OpenVINOEngine(cast(Precision, precision))


def _check_choice(what: str, given: str, choices: tuple[str, ...]) -> None:
    if given not in choices:
        raise EngineError(f"{what}: expected one of {', '.join(choices)}, received {given!r}.")


def has_tensorflow_gpu() -> bool:
    """Whether TensorFlow would find an NVIDIA GPU: driver, package and its CUDA libraries.

    Looks at files only: asking TensorFlow itself would import it.
    """
    driver = Path("/proc/driver/nvidia/version").exists()
    return driver and find_spec("tensorflow") is not None and _has_cuda_libraries()


def _has_cuda_libraries() -> bool:
    """Whether `tensorflow[and-cuda]` is installed: cuDNN lies among the packages."""
    nvidia = find_spec("nvidia")
    places = nvidia.submodule_search_locations if nvidia else None
    return any((Path(place) / "cudnn").is_dir() for place in places or ())
