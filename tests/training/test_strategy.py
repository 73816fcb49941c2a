"""One network on two devices: the same step as on one, its state saved and loaded like any."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from seg_core.data.phantom import write_phantom
from seg_core.training.recipe import recipe_named

SCRIPT = Path(__file__).with_name("on_two_devices.py")


@pytest.fixture(scope="module")
def five_slices(tmp_path_factory):
    """Phantom patients of five slices: of a batch of four, one is left over."""
    folder = tmp_path_factory.mktemp("five")
    write_phantom(folder, patients=2, slices=5, seed=3)
    return folder


@pytest.mark.timeout(600)  # seconds on a quiet machine, minutes on a busy one
def test_two_devices_train_as_one_and_their_state_is_kept_whole(five_slices, settings):
    recipe = recipe_named("paper").changed(
        {
            "epochs": 1, "batch_size": 4, "steps_per_epoch": 1, "pictures": 0,
            "network.size": 32, "network.filters": 2, "network.depth": 1, "network.dropout": 0,
            # What a share of a batch alone would get wrong: a pooled loss, a clip of the whole
            # gradient; and what is kept a device: averages, means and variances.
            "loss": "bce+dice", "optimizer": "adamw", "weight_decay": 0.01, "averaging": 0.9,
            "gradient_norm": 0.1, "split.validation": 0.5, "split.test": 0,
        }
    )  # fmt: skip
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(five_slices), recipe.model_dump_json()],
        env={
            **os.environ,
            "PYTHONPATH": str(SCRIPT.parents[2]),
            "SECOND_READER_HOME": str(settings.home),
            # TensorFlow 2.21's oneDNN kernels mix up what two logical processors run at once.
            "TF_ENABLE_ONEDNN_OPTS": "0",
        },
        capture_output=True, text=True,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-3000:]
