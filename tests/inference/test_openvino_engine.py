from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from seg_core.errors import ChecksumMismatch, EngineError
from seg_core.inference.openvino_engine import OpenVINOEngine, check_precision
from seg_core.models.registry import ReleasedModel
from seg_core.settings import Settings
from tests.inference.networks import SIZE, make_mean_network
from tests.models.released import make_released


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ReleasedModel:
    return make_mean_network(tmp_path_factory.mktemp("released"))


@pytest.fixture(scope="module")
def engine(model: ReleasedModel) -> OpenVINOEngine:
    engine = OpenVINOEngine("f32")
    engine.load(model)
    return engine


@pytest.mark.parametrize("length", [1, 4, 9])
def test_a_batch_of_any_length_comes_back_in_order(engine: OpenVINOEngine, length: int) -> None:
    batch = np.random.default_rng(1).random((length, SIZE, SIZE, 3), np.float32)

    probability = engine.predict(batch)

    assert probability.dtype == np.float32
    np.testing.assert_allclose(probability, batch.mean(axis=-1), atol=1e-6)


def test_batches_of_several_threads_do_not_mix(engine: OpenVINOEngine) -> None:
    batches = np.random.default_rng(2).random((24, 3, SIZE, SIZE, 3), np.float32)

    with ThreadPoolExecutor(6) as threads:
        seen = list(threads.map(engine.predict, batches))

    np.testing.assert_allclose(seen, batches.mean(axis=-1), atol=1e-6)


def test_an_empty_batch_gives_an_empty_probability(engine: OpenVINOEngine) -> None:
    assert engine.predict(np.zeros((0, SIZE, SIZE, 3), np.float32)).shape == (0, SIZE, SIZE)


def test_the_engine_says_what_it_is(engine: OpenVINOEngine) -> None:
    assert (engine.info.name, engine.info.precision, engine.info.device) == (
        "openvino",
        "f32",
        "CPU",
    )


def test_a_loaded_model_is_not_read_again(model: ReleasedModel, engine: OpenVINOEngine) -> None:
    requests = engine._requests

    engine.load(model)

    assert engine._requests is requests


def test_nothing_is_predicted_without_a_network() -> None:
    with pytest.raises(EngineError, match="expected a loaded network, found none"):
        OpenVINOEngine().predict(np.zeros((1, SIZE, SIZE, 3), np.float32))


def test_a_changed_network_is_not_opened(settings: Settings) -> None:
    model = make_mean_network(settings.home)
    with (model.folder / "network.xml").open("ab") as file:
        file.write(b"<!-- changed -->")

    with pytest.raises(ChecksumMismatch, match=r"network\.xml"):
        OpenVINOEngine().load(model)


def test_a_network_that_is_none_is_named(settings: Settings) -> None:
    model = make_released(settings.models)  # its network.xml is a line of text

    with pytest.raises(EngineError, match=r"network\.xml: expected a network that OpenVINO"):
        OpenVINOEngine().load(model)


def test_after_a_batch_that_does_not_fit_the_engine_can_be_loaded_anew(
    model: ReleasedModel,
) -> None:
    engine = OpenVINOEngine("f32")
    engine.load(model)

    with pytest.raises(EngineError, match="expected to carry out a batch of"):
        engine.predict(np.zeros((1, SIZE, SIZE, 1), np.float32))

    engine.load(model)
    assert engine.predict(np.zeros((1, SIZE, SIZE, 3), np.float32)).max() == 0


def test_bfloat16_is_refused_where_it_would_be_emulated() -> None:
    with pytest.raises(EngineError, match="native bfloat16 for precision bf16, found FP32, INT8"):
        check_precision("bf16", ["FP32", "INT8"])


def test_bfloat16_is_taken_where_it_is_native() -> None:
    check_precision("bf16", ["FP32", "BF16"])


def test_float32_is_taken_everywhere() -> None:
    check_precision("f32", [])
