from pathlib import Path

import numpy as np
import pytest

from seg_core.errors import EngineError
from seg_core.inference import choice as choice_module
from seg_core.inference.choice import make_engine
from seg_core.inference.engine import Engine, FakeEngine
from seg_core.settings import Settings
from tests.models.released import make_released


def test_the_fake_is_an_engine() -> None:
    engine: Engine = FakeEngine()

    assert engine.info.name == "fake"


def test_the_fake_answers_with_the_mean_of_the_channels() -> None:
    batch = np.array([[[[0.0, 0.5, 1.0]]]], np.float32)

    assert FakeEngine().predict(batch).tolist() == [[[0.5]]]


def test_the_fake_counts_a_model_that_is_loaded_again_once(settings: Settings) -> None:
    engine, model = FakeEngine(), make_released(settings.models)

    engine.load(model)
    engine.load(model)

    assert engine.loads == ["paper-unet/1"]


def test_an_unknown_engine_says_which_there_are() -> None:
    with pytest.raises(EngineError, match="expected one of auto, openvino, tensorflow, received"):
        make_engine("onnx")


def test_an_unknown_precision_says_which_there_are() -> None:
    with pytest.raises(
        EngineError, match="precision: expected one of auto, f32, bf16, int8, received"
    ):
        make_engine("openvino", "int4")


def test_tensorflow_is_the_reference_and_takes_no_bfloat16() -> None:
    with pytest.raises(
        EngineError, match="precision of tensorflow: expected one of auto, f32, received"
    ):
        make_engine("tensorflow", "bf16")


def test_without_a_gpu_the_engine_is_openvino(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice_module, "has_tensorflow_gpu", lambda: False)

    assert make_engine("auto").info.name == "openvino"


def test_with_a_gpu_for_tensorflow_the_engine_is_tensorflow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(choice_module, "has_tensorflow_gpu", lambda: True)

    assert make_engine("auto").info.name == "tensorflow"


def test_a_process_that_is_shown_no_gpu_reads_with_openvino(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Path, "exists", lambda self: True)
    monkeypatch.setattr(choice_module, "_has_cuda_libraries", lambda: True)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert choice_module.has_tensorflow_gpu()

    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")  # as a job for the processor has it

    assert not choice_module.has_tensorflow_gpu()


def test_an_engine_that_is_not_installed_says_what_to_type(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(choice_module, "find_spec", lambda name: None)

    with pytest.raises(EngineError, match=r"openvino to be installed.*pip install -r"):
        make_engine("openvino")
