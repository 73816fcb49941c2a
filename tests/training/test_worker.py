"""Real trainings of a small network on the phantom: to the end, stopped, killed, resumed."""

import json
import math
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from seg_core.data.batches import Batches
from seg_core.errors import DiskFull, RecipeError, RunError, SplitError
from seg_core.training.build import build_model
from seg_core.training.judge import best_network
from seg_core.training.presence import at_work
from seg_core.training.run_folder import RunFolder, RunStatus, find_run, list_runs
from seg_core.training.state import Progress, load_progress, save_state
from seg_core.training.trainer import Stopped, Trainer
from seg_core.training.worker import resume, train


def arrays(folder):
    with np.load(folder / "arrays.npz", allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def epochs(run):
    return [event for event in run.read_events()[0] if event["kind"] == "epoch"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory, phantoms, small):
    """A run that nothing interrupted."""
    from seg_core.settings import Settings

    return train([phantoms], small, Settings(home=tmp_path_factory.mktemp("home")), "whole")


def test_a_run_leaves_the_folder_of_the_design(whole):
    names = {path.relative_to(whole.path).as_posix() for path in whole.path.rglob("*")}

    assert {
        "recipe.json", "split.json", "provenance.json", "events.jsonl", "trainer.json",
        "trainer.log", "state/last", "state/best", "pictures/1/1.png", "pictures/3/1.png",
    } <= names  # fmt: skip
    assert not [name for name in names if name.endswith((".part", ".old"))]


def test_a_finished_run_says_so_with_its_best_epoch(whole):
    status = whole.status()

    assert (status.state, status.epoch, status.epochs) == ("finished", 3, 3)
    assert status.best_epoch == load_progress(whole.best).best.best_epoch
    assert "all 3 epochs done" in status.reason


def test_every_epoch_has_both_kinds_of_figures(whole):
    names = {"loss", "bce", "precision", "recall", "f1", "soft_dice", "dice"}

    assert [set(event["train"]) for event in epochs(whole)] == [names] * 3
    assert [set(event["validation"]) for event in epochs(whole)] == [names] * 3


def test_a_run_stopped_in_the_middle_of_an_epoch_ends_where_an_uninterrupted_one_does(
    whole, phantoms, small, settings, monkeypatch
):
    obey = Trainer._obey

    def stop_after_five_steps(trainer):
        trainer.stop_asked = trainer.progress.total_steps == 5
        obey(trainer)

    with monkeypatch.context() as once:
        once.setattr(Trainer, "_obey", stop_after_five_steps)
        with pytest.raises(Stopped):
            train([phantoms], small, settings, "stopped")
    run = find_run(settings.runs, "stopped")
    assert run.status().state == "stopped"

    resume(run, settings)

    # On a CPU the arithmetic is the same in the same order: not a bit may differ.
    ours, theirs = arrays(run.last), arrays(whole.last)
    assert all(np.array_equal(ours[name], theirs[name]) for name in theirs)
    for mine, other in zip(epochs(run), epochs(whole), strict=True):
        assert mine["train"] == other["train"]
        assert mine["validation"] == other["validation"]


def test_a_killed_trainer_is_shown_as_died_and_resumes_from_its_last_epoch(
    phantoms, small, settings
):
    changes = ["epochs=400", "steps_per_epoch=2", "network.size=32", "network.filters=4"]
    changes += ["network.depth=2", "pictures=0", "split.validation=0.25", "batch_size=4"]
    command = [sys.executable, "-m", "seg_core", "train", "--data", str(phantoms), "--run-id", "k"]
    command += [word for change in changes for word in ("--set", change)]
    process = subprocess.Popen(
        command, env={**os.environ, "SECOND_READER_HOME": str(settings.home)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    run = RunFolder(settings.runs / "k")
    wait_for(lambda: len(epochs(run)) >= 2, process)
    assert run.status().state == "training"
    process.send_signal(signal.SIGKILL)
    process.wait()

    assert run.status().state == "died"
    done = load_progress(run.last).epoch
    (run.path / "recipe.json").write_text(
        json.dumps({**run.recipe().model_dump(mode="json"), "epochs": done + 1})
    )
    resume(run, settings)

    assert [event["epoch"] for event in epochs(run)] == list(range(1, done + 2))
    assert run.status().state == "finished"


def wait_for(condition, process, seconds=90):
    end = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, "the trainer ended by itself"
        assert time.monotonic() < end, "the trainer did not get there"
        time.sleep(0.2)


def test_stop_ends_after_the_current_step_with_a_whole_state(
    phantoms, small, settings, monkeypatch
):
    step = Trainer._step

    def ask_in_the_second_step(trainer, *batch):
        if trainer.progress.total_steps == 1:
            trainer.run.ask("stop")
        return step(trainer, *batch)

    monkeypatch.setattr(Trainer, "_step", ask_in_the_second_step)
    with pytest.raises(Stopped):
        train([phantoms], small, settings, "asked")

    run = find_run(settings.runs, "asked")
    assert (load_progress(run.last).epoch, load_progress(run.last).step) == (1, 2)


def test_a_stop_asked_while_a_run_still_prepares_is_obeyed_and_then_forgotten(
    phantoms, small, settings, monkeypatch
):
    prepared = Trainer.__init__

    def ask_before_the_first_step(trainer, *given, **named):
        prepared(trainer, *given, **named)
        assert trainer.run.status().state == "stopping"

    monkeypatch.setattr(Trainer, "__init__", ask_before_the_first_step)
    run = RunFolder(settings.runs / "hasty")
    run.path.mkdir(parents=True)
    run.ask("stop")
    with pytest.raises(Stopped):
        train([phantoms], small, settings, "hasty")

    assert load_progress(run.last).total_steps == 1
    assert not (run.path / "commands" / "stop").exists()


def test_a_best_epoch_whose_state_could_not_be_followed_by_the_last_is_there_after_a_resume(
    phantoms, small, settings, monkeypatch
):
    save = Trainer._save

    def full_once(trainer, folder):
        if folder == trainer.run.last and trainer.progress.epoch == 3:
            raise DiskFull("no room")
        save(trainer, folder)

    with monkeypatch.context() as once:
        once.setattr(Trainer, "_save", full_once)
        with pytest.raises(DiskFull):
            train([phantoms], small, settings, "full")
    run = find_run(settings.runs, "full")
    resume(run, settings)

    assert load_progress(run.best).best.best_epoch == load_progress(run.last).best.best_epoch


def test_a_loss_that_is_no_number_ends_the_run_with_the_reason(
    phantoms, small, settings, monkeypatch
):
    batch = Batches.batch
    # A truth of NaN makes the loss NaN for certain; NaN in a slice would end at the first ReLU.
    monkeypatch.setattr(Batches, "batch", lambda *a: (batch(*a)[0], batch(*a)[1] * np.nan))

    with pytest.raises(RunError, match="Begin a new run with a lower learning rate"):
        train([phantoms], small, settings, "wild")

    status = find_run(settings.runs, "wild").status()
    assert status.state == "failed"
    assert "the loss became nan" in status.reason


def test_a_validation_that_is_no_number_ends_the_run_with_the_reason(
    phantoms, small, settings, monkeypatch
):
    monkeypatch.setattr(Trainer, "validate", lambda *_: ({"loss": math.nan}, []))

    with pytest.raises(RunError, match="the loss became nan in epoch 1"):
        train([phantoms], small, settings, "wild")


def test_an_epoch_that_was_interrupted_counts_with_all_its_time(
    phantoms, small, settings, monkeypatch
):
    taken = []
    step = Trainer._step

    def slow(self, *batch):
        step(self, *batch)
        taken.append(None)
        time.sleep(0.2)
        self.stop_asked = len(taken) == 2

    monkeypatch.setattr(Trainer, "_step", slow)
    with pytest.raises(Stopped):
        train([phantoms], small.changed({"epochs": 1}), settings, "late")
    run = find_run(settings.runs, "late")
    assert load_progress(run.last).step == 2

    resume(run, settings)

    (only,) = epochs(run)
    assert only["seconds"] >= 0.2 * len(taken)
    assert only["seconds"] == pytest.approx(load_progress(run.last).seconds, abs=0.01)


def test_a_run_ended_by_patience_goes_on_from_its_best_epoch(phantoms, small, settings):
    short = small.changed({"early_stopping.patience": 1, "learning_rate": 1e-9, "epochs": 6,
                           "early_stopping.minimum_change": 1.0})  # fmt: skip
    run = train([phantoms], short, settings, "early")
    assert "early stopping" in run.status().reason
    best = run.status().best_epoch
    before = epochs(run)[best]

    resume(run, settings, from_best=True)

    after = epochs(run)[best]
    assert after["epoch"] == best + 1
    assert after["train"] != before["train"]  # drawn anew, or it would end the very same way
    assert load_progress(run.last).continued == 1
    assert (run.path / "events.before-continue-1.jsonl").is_file()


def test_a_continuation_that_ended_in_its_first_step_is_resumed(
    phantoms, small, settings, monkeypatch
):
    short = small.changed({"early_stopping.patience": 1, "learning_rate": 1e-9, "epochs": 3,
                           "early_stopping.minimum_change": 1.0})  # fmt: skip
    run = train([phantoms], short, settings, "cut")
    assert "early stopping" in run.status().reason
    best = run.status().best_epoch

    def end(*_):
        raise DiskFull("no room")

    with monkeypatch.context() as once:
        once.setattr(Trainer, "_step", end)
        with pytest.raises(DiskFull):
            resume(run, settings, from_best=True)
    resume(run, settings)

    assert [event["epoch"] for event in epochs(run)] == list(range(1, best + 2))
    assert load_progress(run.last).continued == 1
    assert b"\0" not in run.events_path.read_bytes()


def test_a_run_too_short_for_early_stopping_keeps_its_last_epoch(phantoms, small, settings):
    run = train([phantoms], small.changed({"early_stopping.start_epoch": 9}), settings, "short")

    assert run.status().reason.endswith("so the last one is kept")
    assert load_progress(run.best).epoch == 4


def test_changed_data_are_not_resumed_on(whole, phantoms, small, settings, tmp_path):
    import shutil

    data = tmp_path / "copy"
    shutil.copytree(phantoms, data)
    run = train([data], small, settings, "moved")
    shutil.rmtree(next(data.iterdir()))

    with pytest.raises(RunError, match="expected the data that the run began with"):
        resume(run, settings, from_best=True)


def test_a_finished_run_is_resumed_from_its_best_epoch_only(whole, settings):
    with pytest.raises(RunError, match="Go on from its best epoch"):
        resume(whole, settings)


def test_a_run_under_way_is_not_resumed(whole, settings, monkeypatch):
    monkeypatch.setattr(RunFolder, "status", lambda _: RunStatus("training"))
    with pytest.raises(RunError, match="expected a run that has ended, found it training"):
        resume(whole, settings)


def test_channels_that_do_not_fit_the_network_are_refused_by_their_setting(
    phantoms, small, settings
):
    with pytest.raises(RecipeError, match=r"network\.channels: expected 3, as patient PHANTOM"):
        train([phantoms], small.changed({"network.channels": 9}), settings, "nine")


@pytest.mark.parametrize("name", ["../evil", ".", "a/b", "-h", "", "one\n", "n" * 300])
def test_a_name_that_no_folder_should_have_is_refused_before_anything_is_written(
    phantoms, small, settings, name
):
    with pytest.raises(RunError, match="run's name: expected at most 80 letters"):
        train([phantoms], small, settings, name)
    assert not settings.home.exists()


def test_a_run_that_failed_before_its_first_state_is_begun_anew_under_its_name(
    phantoms, small, settings
):
    short = small.changed({"epochs": 1})
    with pytest.raises(SplitError):
        train([phantoms, phantoms], short, settings, "again")
    failed = find_run(settings.runs, "again")
    with pytest.raises(RunError, match="Begin it anew: train --run-id again"):
        resume(failed, settings)

    assert train([phantoms], short, settings, "again").status().state == "finished"

    with pytest.raises(RunError, match=r"expected a new name, or .* found one that is finished"):
        train([phantoms], short, settings, "again")


def test_a_patient_in_two_data_sets_is_refused(phantoms, small, settings):
    with pytest.raises(SplitError, match="is in another data set too"):
        train([phantoms, phantoms], small, settings, "twice")


def test_one_patient_under_two_names_is_refused(phantoms, small, settings, tmp_path):
    (patient,) = sorted(phantoms.iterdir())[:1]
    shutil.copytree(patient, tmp_path / "copies" / "SOMEBODY_ELSE")

    with pytest.raises(SplitError, match="and SOMEBODY_ELSE hold the same slices"):
        train([phantoms, tmp_path / "copies"], small, settings, "twins")


def test_a_second_run_on_the_same_device_is_refused_while_one_trains(phantoms, small, settings):
    refused = pytest.raises(RunError, match="cpu is held by")
    with at_work(RunFolder(settings.runs / "first"), settings, "cpu"), refused:
        train([phantoms], small, settings, "second")
    assert not (settings.runs / "second").exists()


def test_a_run_is_trained_by_one_process_whatever_the_device(settings):
    run = RunFolder(settings.runs / "first")
    twice = pytest.raises(RunError, match="first: expected a run that has ended, found it under")
    with at_work(run, settings, "gpu:0"), twice, at_work(run, settings, "gpu:1"):
        pass


def test_a_run_that_finished_while_it_waited_is_not_resumed(whole, settings):
    run = RunFolder(settings.runs / "again")
    shutil.copytree(whole.path, run.path)
    events = run.path / "events.jsonl"
    told = events.read_text()
    events.write_text(told.replace('"state": "finished"', '"state": "stopped"'))
    with at_work(RunFolder(settings.runs / "first"), settings, "cpu"):
        waiting = ThreadPoolExecutor(1).submit(resume, run, settings, wait=True)
        time.sleep(1)
        events.write_text(told)

    with pytest.raises(RunError, match="it has finished"):
        waiting.result(90)


def test_the_worst_epoch_is_never_kept_for_the_best(phantoms, small, settings):
    upside_down = small.changed({"early_stopping.monitor": "loss", "early_stopping.mode": "max"})
    with pytest.raises(RecipeError, match="expected min with monitor loss"):
        train([phantoms], upside_down, settings, "first")


def test_a_run_stopped_in_its_first_epoch_is_not_judged(whole, settings):
    run = RunFolder(settings.runs / "short")
    shutil.copytree(whole.path, run.path, ignore=shutil.ignore_patterns("state"))
    save_state(run.last, build_model(run.recipe()), Progress(epoch=1, step=1))
    with pytest.raises(RunError, match="expected a finished epoch, found none"):
        best_network(run)


def test_a_run_that_waits_begins_when_the_device_is_free(phantoms, small, settings):
    with at_work(RunFolder(settings.runs / "first"), settings, "cpu"):
        waiting = ThreadPoolExecutor(1).submit(
            train, [phantoms], small.changed({"epochs": 1}), settings, "second", wait=True
        )
        time.sleep(1)
        assert not (settings.runs / "second").exists()

    assert waiting.result(90).status().state == "finished"


def test_a_run_that_came_to_be_while_another_of_its_name_waited_is_left_alone(
    phantoms, small, settings, whole
):
    with at_work(RunFolder(settings.runs / "first"), settings, "cpu"):
        waiting = ThreadPoolExecutor(1).submit(
            train, [phantoms], small, settings, "second", wait=True
        )
        time.sleep(1)
        shutil.copytree(whole.path, settings.runs / "second")

    with pytest.raises(RunError, match="expected a new name"):
        waiting.result(90)
    assert find_run(settings.runs, "second").status().state == "finished"
    assert (settings.runs / "second" / "split.json").exists()


def test_runs_are_listed_newest_first(whole):
    assert [run.id for run in list_runs(whole.path.parent)] == ["whole"]


def test_the_same_training_runs_on_jax_without_importing_tensorflow(phantoms, small, settings):
    script = (
        "import sys; from pathlib import Path\n"
        "from seg_core.settings import load_settings\n"
        "from seg_core.training.recipe import Recipe\n"
        "from seg_core.training.worker import train\n"
        "recipe = Recipe.model_validate_json(sys.argv[2])\n"
        "run = train([Path(sys.argv[1])], recipe, load_settings(), 'jax')\n"
        "assert run.status().state == 'finished', run.status()\n"
        "assert 'jax' in sys.modules and 'tensorflow' not in sys.modules\n"
    )
    # The smallest network: JAX compiles every layer anew, and that is what takes time here.
    tiny = {"epochs": 1, "steps_per_epoch": 2, "network.depth": 1, "network.filters": 2}
    recipe = small.changed(tiny).model_dump_json()
    done = subprocess.run(
        [sys.executable, "-c", script, str(phantoms), recipe],
        env={**os.environ, "KERAS_BACKEND": "jax", "SECOND_READER_HOME": str(settings.home)},
        capture_output=True, text=True,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-2000:]
