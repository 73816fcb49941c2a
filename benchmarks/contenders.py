"""What `make bench` times in memory: each way to carry out a network. It takes no time itself."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from benchmarks import torch_unet
from seg_core.frames import make_frame
from seg_core.inference import make_engine, segment_study
from seg_core.inference.mirrored import worth_another_look
from seg_core.models.card import Card
from seg_core.models.file_names import WEIGHTS
from seg_core.models.registry import ReleasedModel, verify
from seg_core.network.export import load_weights
from seg_core.network.settings import NetworkSettings, count_multiplications
from seg_core.network.silent_openvino import import_openvino
from seg_core.study import Study

BATCH = 16
TORCH_BATCH = 4
"""Of the PyTorch U-Net, whose layers are wide: larger ones were no quicker."""

KERAS = "Keras predict"
"""Of `paper-unet`, what every speed is held against."""

Predict = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Contender:
    """One way to read slices. seconds: one round of `slices` slices, as its own clock says.

    seen: its probabilities of the last round. expected: Keras' own of the same slices, looked at
    as often; both None where there are none to compare. multiplications: a slice.
    """

    model: str
    way: str
    precision: str
    slices: int
    multiplications: int
    seconds: Callable[[], float]
    seen: Callable[[], np.ndarray | None] = lambda: None
    expected: np.ndarray | None = None


@dataclass(frozen=True)
class Missing:
    """A way that cannot be timed here, and why."""

    model: str
    way: str
    why: str


def of_model(model: ReleasedModel, study: Study, scratch: Path) -> Iterator[Contender | Missing]:
    """Every way to carry out a released model, in memory on slices in its frame, and reading."""
    card = model.card
    frame = make_frame(card.frame.name, card.frame.size, len(card.channels))
    inputs = np.asarray(frame.fit(study.slices).to_network(study.slices), np.float32)
    count = _multiplications(card.network)
    if card.as_read is not None and card.as_read.flips:
        count *= 2  # the slice and its mirror image
    verify(model)
    keras = load_weights(model.folder / WEIGHTS)
    keras(inputs[:1])  # its export asks for a network that was called

    once = keras.predict(inputs, batch_size=BATCH, verbose=0)[..., 0]
    further = _further(card, count, once)

    def looks_once(way: str, predict: Predict) -> Contender:
        return _in_memory(model.label, way, "f32", count, inputs, predict, once)

    yield looks_once(KERAS, lambda x: keras.predict(x, batch_size=BATCH, verbose=0)[..., 0])
    as_read = _predict("tensorflow", "f32", model)(inputs) if further else once
    for precision in precisions(model):
        predict = _predict("openvino", precision, model)
        work = round(count + further)
        yield _in_memory(model.label, "OpenVINO", precision, work, inputs, predict, as_read)
    yield _onnx(model, keras, scratch, looks_once)
    yield _reading(model, study, round(count + further))


def _predict(engine: str, precision: str, model: ReleasedModel) -> Predict:
    """What an engine sees of slices, with all looks that the model's card asks for."""
    made = make_engine(engine, precision)
    made.load(model)
    return made.predict


def _multiplications(network: dict[str, Any]) -> int:
    """A slice's, of a network by its settings on a card."""
    return count_multiplications(TypeAdapter(NetworkSettings).validate_python(network))


def _further(card: Card, count: int, seen: np.ndarray) -> float:
    """Multiplications a slice that an engine adds: it looks again at some, and asks further.

    Keras and ONNX Runtime carry out the network's file, which looks once.
    """
    if card.mirroring is None:
        return 0.0
    again = len(worth_another_look(seen, card.mirroring)) / len(seen)
    if card.second_opinion:
        count += 2 * _multiplications(card.beside[0].recipe["network"])
    return again * count


def precisions(model: ReleasedModel) -> list[str]:
    """In which OpenVINO can carry out the model here."""
    has = import_openvino().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    found = ["f32"] + ["bf16"] * ("BF16" in has)
    return found + ["int8"] * (model.card.quantised is not None)


def of_torch(slices: int) -> Contender | Missing:
    """The U-Net of brain-segmentation-pytorch's shape, in PyTorch's eager mode."""
    model, way = "brain-segmentation-pytorch's shape", "PyTorch eager"
    try:
        network = torch_unet.build()
    except ImportError as error:
        return Missing(model, way, _not_installed("torch", error))
    shape = (slices, torch_unet.SIZE, torch_unet.SIZE, torch_unet.CHANNELS)
    inputs = np.random.default_rng(0).standard_normal(shape, np.float32)

    def predict(x: np.ndarray) -> np.ndarray:
        parts = [x[i : i + TORCH_BATCH] for i in range(0, len(x), TORCH_BATCH)]
        return np.concatenate([torch_unet.predict(network, part) for part in parts])

    return _in_memory(model, way, "f32", torch_unet.multiplications(), inputs, predict)


def _onnx(
    model: ReleasedModel,
    keras: Any,
    scratch: Path,
    looks_once: Callable[[str, Predict], Contender],
) -> Contender | Missing:
    """ONNX Runtime on what Keras' own export writes of the same network."""
    way, path = "ONNX Runtime", scratch / f"{model.name}.onnx"
    try:
        import onnxruntime

        keras.export(str(path), format="onnx", verbose=False)
    except ImportError as error:
        return Missing(model.label, way, _not_installed("onnxruntime and tf2onnx", error))
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
    name = session.get_inputs()[0].name

    def predict(x: np.ndarray) -> np.ndarray:
        parts = [x[i : i + BATCH] for i in range(0, len(x), BATCH)]
        return np.concatenate([session.run(None, {name: part})[0] for part in parts])[..., 0]

    return looks_once(way, predict)


def _reading(model: ReleasedModel, study: Study, multiplications: int) -> Contender:
    """`segment` with its defaults on the whole study: `seconds.infer` of summary.json."""
    engine = make_engine()
    engine.load(model)

    def seconds() -> float:
        return segment_study(study, model, engine).seconds["infer"]

    way = f"reading ({engine.info.name}, the default)"
    return Contender(model.label, way, engine.info.precision, len(study), multiplications, seconds)


def _in_memory(
    model: str,
    way: str,
    precision: str,
    count: int,
    inputs: np.ndarray,
    predict: Predict,
    expected: np.ndarray | None = None,
) -> Contender:
    last: list[np.ndarray] = []

    def seconds() -> float:
        began = time.perf_counter()
        seen = predict(inputs)
        took = time.perf_counter() - began
        last[:] = [seen]
        return took

    def seen() -> np.ndarray | None:
        return last[0] if last else None

    return Contender(model, way, precision, len(inputs), count, seconds, seen, expected)


def _not_installed(packages: str, error: ImportError) -> str:
    return f"{packages} not installed ({error}): pip install -r requirements-bench.txt"


def quiet_tensorflow() -> None:
    """Before anything imports it: warnings stay, chatter goes."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
