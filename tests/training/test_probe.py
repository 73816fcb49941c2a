"""What a probe says of a device, before a run begins."""

import pytest

from seg_core.errors import RunError
from seg_core.training import probe
from seg_core.training.probe import (
    PRECISIONS,
    Probe,
    measure,
    minutes_an_epoch,
    probe_text,
    random_batch,
    store_probe,
    stored_probe,
)  # fmt: skip
from seg_core.training.recipe import recipe_named

TINY = {"network.size": 32, "network.filters": 2, "network.depth": 1, "batch_size": 2}


@pytest.fixture(scope="module")
def tiny():
    return recipe_named("paper").changed(TINY)


def said(**changes):
    values = {
        "device": "cpu", "title": "CPU", "network": "0", "batch": 2, "steps": 1,
        "slices_per_second": {"float32": 10.0, "mixed_bfloat16": 20.0},
        "predicted_per_second": {"float32": 30.0, "mixed_bfloat16": 40.0},
        "measured_at": "2026-01-01T00:00:00+00:00",
    }  # fmt: skip
    return Probe.model_validate({**values, **changes})


def test_a_probe_measures_both_precisions_and_is_found_again(tiny, settings):
    heard = []
    found = measure(tiny, "cpu", steps=1, on_step=lambda *steps: heard.append(steps))
    store_probe(settings, tiny, found)

    assert set(found.slices_per_second) == set(found.predicted_per_second) == set(PRECISIONS)
    assert min(found.slices_per_second.values()) > 0
    assert heard[-1] == (3, 3)
    assert stored_probe(settings, tiny, "cpu") == found


def test_another_network_batch_or_device_has_no_probe_yet(tiny, settings):
    store_probe(settings, tiny, said())

    assert stored_probe(settings, tiny, "cpu") is not None
    assert stored_probe(settings, tiny, "gpu:0") is None
    assert stored_probe(settings, tiny.changed({"batch_size": 3}), "cpu") is None
    assert stored_probe(settings, tiny.changed({"network.filters": 4}), "cpu") is None


def test_what_the_network_is_trained_towards_changes_no_probe(tiny, settings):
    store_probe(settings, tiny, said())

    assert stored_probe(settings, tiny.changed({"epochs": 7, "seed": 3}), "cpu") is not None


def test_an_epoch_takes_its_slices_at_the_fastest_speed_and_its_validation():
    assert minutes_an_epoch(said(), 2400) == 2.0
    assert minutes_an_epoch(said(), 2400, validation_slices=4800) == 4.0
    assert minutes_an_epoch(said(), 2400, precision="float32") == 4.0


def test_the_text_says_which_precision_is_faster_and_by_how_much():
    assert probe_text(said()).splitlines()[-1] == "mixed_bfloat16 is faster, 2.00 times"


def test_random_batches_have_the_shape_of_real_ones(tiny):
    images, truth = random_batch(tiny)

    assert (images.shape, truth.shape) == ((2, 32, 32, 3), (2, 32, 32, 1))
    assert set(truth.ravel()) <= {0.0, 1.0}


def test_a_batch_too_large_for_the_device_is_refused_by_its_setting(tiny, monkeypatch):
    class Full:
        def train_on_batch(self, *_):
            raise RuntimeError("RESOURCE_EXHAUSTED: out of memory")

    monkeypatch.setattr(probe, "build_model", lambda recipe: Full())

    with pytest.raises(RunError, match="batch_size: a batch of 2 slices does not fit"):
        measure(tiny, "cpu", steps=1)
