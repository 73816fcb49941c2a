"""What an engine is, and a fake one for tests. It chooses none: `choice` does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

import numpy as np

from seg_core.models.registry import ReleasedModel
from seg_core.study import EngineInfo

EngineName = Literal["auto", "openvino", "tensorflow"]
Precision = Literal["auto", "f32", "bf16", "int8"]
"""`auto`: what the model's card found good enough, eight bits or float32."""


class Engine(Protocol):
    """Carries out one network at a time.

    Several threads may ask for predictions at once, while none loads a model. `info` is complete
    once a model is loaded.
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
        """float32 (b, size, size, channels) -> probability float32 (b, size, size).

        Mirror images, and a second network, are read too where the model's card says so.
        """
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
