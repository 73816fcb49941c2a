"""A small released model in eight bits: made, measured, and read with."""

from dataclasses import replace

import numpy as np
import pytest

from seg_core.errors import EngineError, ModelError
from seg_core.inference import make_engine
from seg_core.inference.openvino_engine import resolve_precision
from seg_core.models import verify
from seg_core.models.file_names import INT8_XML
from seg_core.network.silent_openvino import import_openvino
from seg_core.settings import Settings
from seg_core.training.quantise import calibration_slices, quantise_next
from seg_core.training.release import release
from seg_core.training.worker import train


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    return Settings(home=folder, shipped_models=folder / "none")


@pytest.fixture(scope="module")
def model(home, phantoms, small):
    return release(train([phantoms], small, home, "run"), "small", home.models)


def test_ranges_come_from_seen_patients_alone_and_from_the_same_slices_again(model, phantoms):
    inputs, patients = calibration_slices(model, [phantoms], slices=6, seed=0)

    assert set(patients) == set(model.card.data.seen)
    assert inputs.shape == (6, 32, 32, 3)
    assert np.array_equal(inputs, calibration_slices(model, [phantoms], 6, 0)[0])


def test_images_without_tumour_take_no_slices_from_the_patients(model, phantoms):
    data = model.card.data
    names = tuple(f"notumor/{i}.jpg" for i in range(20))
    more = data.model_copy(update={"seen": (*data.seen, *names), "negatives": len(names)})
    beside = replace(model, card=model.card.model_copy(update={"data": more}))

    inputs, patients = calibration_slices(beside, [phantoms], slices=6, seed=0)

    assert len(inputs) == 6
    assert set(patients) == set(data.seen)


def test_without_training_patients_nothing_is_made(model, tmp_path):
    from seg_core.data.phantom import write_phantom

    write_phantom(tmp_path, patients=5, slices=1, seed=1)
    unseen = [p for p in tmp_path.iterdir() if p.name not in model.card.data.seen]

    with pytest.raises(ModelError, match="expected patients that it was trained on"):
        calibration_slices(model, unseen, slices=6, seed=0)


def test_a_model_without_such_a_network_says_how_to_make_it(model):
    assert resolve_precision("auto", model.card) == "f32"
    with pytest.raises(EngineError, match="python -m seg_core quantise small --data DIR"):
        make_engine("openvino", "int8").load(model)


def eight_bit_weights(xml):
    """The constants of a network that are whole numbers of eight bits, as int32."""
    network = import_openvino().Core().read_model(xml)
    constants = [op for op in network.get_ops() if op.get_type_name() == "Constant"]
    kept = [op for op in constants if op.get_element_type().get_type_name() == "i8"]
    return [np.asarray(op.data, np.int32) for op in kept]


def test_a_quantised_version_is_measured_has_half_the_range_and_reads_as_its_card_advises(
    model, home, phantoms
):
    pytest.importorskip("nncf", reason="pip install -r requirements-quantise.txt")

    made = quantise_next(home, model, [phantoms])

    verify(made)
    cost = made.card.quantised.moved
    assert int(made.version) == int(model.version) + 1
    assert (cost.patients, cost.slices) == (1, 6)  # the one that tests
    assert (made.folder / cost.source / "figures.json").is_file()
    assert (made.folder / cost.source / "beside_float32.csv").is_file()

    weights = eight_bit_weights(made.folder / INT8_XML)
    assert 0 < max(np.abs(one).max() for one in weights) <= 64

    batch = np.random.default_rng(0).random((3, 32, 32, 3), np.float32)
    seen = {}
    for precision in ("f32", "int8", "auto"):
        engine = make_engine("openvino", precision)
        engine.load(made)
        seen[engine.info.precision if precision != "auto" else "auto"] = engine.predict(batch)
        if precision == "auto":
            assert engine.info.precision == resolve_precision("auto", made.card)
    assert np.abs(seen["int8"] - seen["f32"]).max() < 0.2
    assert not np.array_equal(seen["int8"], seen["f32"])
