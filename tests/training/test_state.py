"""A state on disk: whole, or the one before it."""

import errno
import json
from pathlib import Path

import numpy as np
import pytest

from seg_core.errors import DiskFull, RunError
from seg_core.network.settings import UnetSettings
from seg_core.training.build import build_model
from seg_core.training.early_stopping import BestSoFar
from seg_core.training.epoch_sums import EpochSums
from seg_core.training.recipe import recipe_named
from seg_core.training.state import (
    Progress,
    load_progress,
    load_state,
    save_state,
    state_variables,
)


def model(filters=2):
    network = UnetSettings(size=16, filters=filters, depth=1).model_dump()
    return build_model(recipe_named("paper").changed({"network": network}))


def train_a_step(network):
    ones = np.ones((2, 16, 16, 3), np.float32)
    network.train_on_batch(ones, ones[..., :1])


def test_a_state_brings_back_weights_optimiser_and_counters(tmp_path):
    first, second = model(), model()
    train_a_step(first)
    progress = Progress(
        epoch=4, step=2, total_steps=50, events_length=1234, seconds=6.5,
        sums=EpochSums(dice_sum=1.5), best=BestSoFar(3, 0.5, 1),
    )  # fmt: skip
    save_state(tmp_path / "last", first, progress)

    assert load_state(tmp_path / "last", second) == progress
    for mine, theirs in zip(state_variables(second), state_variables(first), strict=True):
        assert np.array_equal(np.asarray(mine), np.asarray(theirs))


def test_the_random_state_of_dropout_is_part_of_it(tmp_path):
    network = model()
    names = [variable.path for variable in state_variables(network)]

    assert any("seed" in name for name in names)


def test_a_full_disk_is_said_and_the_last_state_stays(tmp_path, monkeypatch):
    network = model()
    save_state(tmp_path / "last", network, Progress(epoch=1))

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(DiskFull, match="no room to write the state"):
        save_state(tmp_path / "last", network, Progress(epoch=2))

    assert load_progress(tmp_path / "last").epoch == 1
    assert [path.name for path in tmp_path.iterdir()] == ["last"]


def test_a_crash_between_the_two_renames_leaves_the_state_before(tmp_path):
    network = model()
    save_state(tmp_path / "last", network, Progress(epoch=1))
    (tmp_path / "last").rename(tmp_path / "last.old")

    assert load_progress(tmp_path / "last").epoch == 1
    save_state(tmp_path / "last", network, Progress(epoch=2))
    assert load_progress(tmp_path / "last").epoch == 2


def test_the_state_of_another_network_is_refused(tmp_path):
    save_state(tmp_path / "last", model(), Progress())
    deeper = build_model(
        recipe_named("paper").changed(
            {"network.size": 16, "network.filters": 2, "network.depth": 2}
        )
    )

    with pytest.raises(RunError, match="The recipe was changed"):
        load_state(tmp_path / "last", deeper)


def test_no_state_is_said(tmp_path):
    with pytest.raises(RunError, match="expected a saved state, found none"):
        load_progress(tmp_path / "last")


def test_two_saves_in_a_row_that_end_in_the_middle_leave_the_last_whole_state(
    tmp_path, monkeypatch
):
    save_state(tmp_path / "last", model(), Progress(epoch=3))
    (tmp_path / "last").rename(tmp_path / "last.old")  # a save ended here

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", killed)
    with pytest.raises(KeyboardInterrupt):
        save_state(tmp_path / "last", model(), Progress(epoch=4))

    assert load_progress(tmp_path / "last").epoch == 3


def test_of_a_state_from_before_what_was_trained_is_of_epochs_that_are_done(tmp_path):
    save_state(tmp_path / "last", model(), Progress(epoch=2, seconds=3600.0))
    file = tmp_path / "last" / "progress.json"
    values = json.loads(file.read_text())
    del values["seconds_before"]
    file.write_text(json.dumps(values))

    assert load_progress(tmp_path / "last").seconds_before == 3600.0
