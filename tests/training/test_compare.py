"""Runs side by side."""

from __future__ import annotations

from pathlib import Path

from seg_core.training.compare import ComparedRun, compared, same_split, setting_differences
from seg_core.training.curves import RunCurves
from seg_core.training.run_folder import RunFolder
from tests.pages.runs import make_run


def look(run: RunFolder) -> ComparedRun:
    curves = RunCurves()
    curves.feed(run.read_events(0)[0])
    return compared(run, curves)


def test_a_run_stands_for_its_best_epoch(tmp_path: Path):
    run = look(make_run(tmp_path, "a", 3))

    assert (run.best_epoch, run.epochs, run.seconds) == (3, 3, 180.0)
    assert run.at_best["soft_dice"] == 0.3
    assert run.commit == "c0ffee"


def test_a_run_that_has_only_begun_has_no_figures(tmp_path: Path):
    run = make_run(tmp_path, "a", 0)
    (run.path / "provenance.json").unlink()

    begun = look(run)

    assert (begun.best_epoch, begun.epochs, begun.commit) == (None, 0, "–")
    assert set(begun.at_best.values()) == {None}


def test_only_settings_that_differ_are_named(tmp_path: Path):
    runs = [
        look(make_run(tmp_path, "a", 1)),
        look(make_run(tmp_path, "b", 1, network__filters=8, learning_rate=0.01)),
    ]

    assert setting_differences(runs) == {
        "learning_rate": [0.001, 0.01],
        "network.filters": [4, 8],
    }


def test_a_setting_that_one_run_has_not_got_is_none_there(tmp_path: Path):
    runs = [
        look(make_run(tmp_path, "a", 1)),
        look(make_run(tmp_path, "b", 1, augmentation=None)),
    ]

    assert setting_differences(runs)["augmentation.flip"] == [0.5, None]


def test_runs_of_different_splits_are_told_apart(tmp_path: Path):
    first, second = look(make_run(tmp_path, "a", 1)), look(make_run(tmp_path, "b", 1))
    other = look(make_run(tmp_path, "c", 1, split__seed=5))

    assert same_split([first, second])
    assert not same_split([first, other])
    assert same_split([])
