from dataclasses import replace

import numpy as np
import pytest

from seg_core.errors import ChecksumMismatch, EngineError
from seg_core.inference.tensorflow_engine import TensorFlowEngine
from seg_core.models.card import AsRead
from seg_core.models.registry import ReleasedModel
from seg_core.settings import Settings
from tests.inference.networks import SIZE
from tests.models.released import make_released

BATCH = np.random.default_rng(1).random((3, SIZE, SIZE, 3), np.float32)


def test_it_answers_as_keras_itself(small_unet: ReleasedModel) -> None:
    from seg_core.network.export import load_weights

    engine = TensorFlowEngine()
    engine.load(small_unet)

    expected = load_weights(small_unet.folder / "weights.keras").predict(BATCH, verbose=0)
    np.testing.assert_allclose(engine.predict(BATCH), expected[..., 0], atol=1e-6)


def test_it_says_what_it_is_once_loaded(small_unet: ReleasedModel) -> None:
    engine = TensorFlowEngine()
    engine.load(small_unet)

    assert (engine.info.name, engine.info.precision) == ("tensorflow", "f32")
    assert engine.info.device in ("CPU", "GPU")


def test_memory_that_ran_out_on_the_device_is_an_error_of_the_engine(
    small_unet: ReleasedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tensorflow as tf

    def full(batch: np.ndarray) -> np.ndarray:
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")

    engine = TensorFlowEngine()
    engine.load(small_unet)
    monkeypatch.setattr(engine, "_carry_out", full)

    with pytest.raises(EngineError, match=r"3 slices on .*OOM.*smaller --batch"):
        engine.predict(BATCH)


def test_a_loaded_model_is_not_read_again(small_unet: ReleasedModel) -> None:
    engine = TensorFlowEngine()
    engine.load(small_unet)
    network = engine._carry_out

    engine.load(small_unet)

    assert engine._carry_out is network


def test_a_model_whose_second_network_is_damaged_leaves_the_one_before(
    small_unet: ReleasedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seg_core.inference import tensorflow_engine

    engine = TensorFlowEngine()
    engine.load(small_unet)
    before = engine.predict(BATCH)
    asks = AsRead(mirrored_from=0.0, second_opinion=True, split="test", patients=1, source="e")
    other = replace(small_unet, card=small_unet.card.model_copy(update={"as_read": asks}))
    monkeypatch.setattr(tensorflow_engine, "verify", lambda model, files: None)
    monkeypatch.setattr(ReleasedModel, "sha256", property(lambda self: str(id(self))))

    with pytest.raises(EngineError, match=r"second\.keras"):
        engine.load(other)

    np.testing.assert_array_equal(engine.predict(BATCH), before)


def test_nothing_is_predicted_without_a_network() -> None:
    with pytest.raises(EngineError, match="expected a loaded network, found none"):
        TensorFlowEngine().predict(BATCH)


def test_changed_weights_are_not_opened(settings: Settings) -> None:
    model = make_released(settings.models)
    (model.folder / "weights.keras").write_bytes(b"changed")

    with pytest.raises(ChecksumMismatch, match=r"weights\.keras"):
        TensorFlowEngine().load(model)


def test_weights_that_are_none_are_named(settings: Settings) -> None:
    model = make_released(settings.models)  # its weights.keras is a line of text

    with pytest.raises(EngineError, match=r"weights\.keras: expected a network that Keras"):
        TensorFlowEngine().load(model)


def test_a_network_that_carries_code_is_refused(settings: Settings, tmp_path) -> None:
    import keras

    network = keras.Sequential(
        [keras.Input((SIZE, SIZE, 3)), keras.layers.Lambda(lambda x: x[..., :1])]
    )
    network.save(tmp_path / "weights.keras")
    files = {"weights.keras": (tmp_path / "weights.keras").read_bytes()}

    with pytest.raises(EngineError, match="expected a network that Keras"):
        TensorFlowEngine().load(make_released(settings.models, networks=files))
