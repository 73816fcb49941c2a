"""`probe` from the command line."""

import pytest
from typer.testing import CliRunner

from seg_core.cli.app import build_app
from seg_core.jobs.device_lock import held
from seg_core.settings import load_settings
from seg_core.training.device_choice import VISIBLE
from seg_core.training.probe import stored_probe
from seg_core.training.recipe import recipe_named

TINY = {"network.size": 32, "network.filters": 2, "network.depth": 1, "batch_size": 2}
COMMAND = [
    "probe", "--steps", "1", "--slices", "100",
    *[word for name, value in TINY.items() for word in ("--set", f"{name}={value}")],
]  # fmt: skip


@pytest.fixture(autouse=True)
def own_devices(monkeypatch):
    """The command hides the GPUs from its process, which here is the tests' own."""
    for name in (VISIBLE, "CUDA_DEVICE_ORDER", "PYTHONUNBUFFERED", "TF_CPP_MIN_LOG_LEVEL"):
        monkeypatch.setenv(name, "0")


def test_a_probe_says_which_precision_is_faster_and_keeps_what_it_found():
    result = CliRunner().invoke(build_app(), COMMAND)

    assert result.exit_code == 0, result.output
    assert "is faster" in result.output
    assert "an epoch of 100 slices: " in result.output
    recipe = recipe_named("paper").changed(TINY)
    assert stored_probe(load_settings(), recipe, "cpu") is not None


def test_a_probe_of_a_device_that_trains_is_refused_for_it_would_measure_the_run_too():
    with held(load_settings().home, "cpu", "a run", wait=False):
        result = CliRunner().invoke(build_app(), COMMAND)

    assert "a run" in str(result.exception)
