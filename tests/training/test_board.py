"""Runs and queued jobs in one list."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from seg_core.errors import RunError
from seg_core.jobs import LocalLauncher, Resources
from seg_core.training.board import delete_run, list_board
from seg_core.training.launch import resume_command
from tests.pages.runs import make_run

TRAIN = [sys.executable, "-m", "seg_core", "train"]


@pytest.fixture
def launcher(tmp_path: Path) -> Iterator[LocalLauncher]:
    """A queue whose processor is held, so that what is submitted waits."""
    launcher = LocalLauncher(tmp_path)
    launcher.submit([sys.executable, "-c", "import time; time.sleep(120)"], Resources())
    yield launcher
    for status in launcher.list_jobs():
        folder = launcher.folder(status.id)
        for mark in (folder.runner(), folder.command()):
            process = mark.find() if mark else None
            if process is not None:
                process.kill()


def test_an_empty_workspace_has_no_runs(tmp_path: Path):
    assert list_board(tmp_path / "runs", LocalLauncher(tmp_path)) == []


def test_a_run_in_the_queue_is_listed_before_it_has_a_folder(tmp_path, launcher):
    launcher.submit(TRAIN, Resources(label="20260102-run"))

    (entry,) = list_board(tmp_path / "runs", launcher)

    assert (entry.run_id, entry.state, entry.folder) == ("20260102-run", "waiting", None)
    assert entry.can_stop
    assert not entry.can_resume


def test_a_stopped_run_that_waits_to_be_resumed_is_shown_as_waiting(tmp_path, launcher):
    run = make_run(tmp_path / "runs", "20260101-run", 1, ended="stopped")
    assert list_board(tmp_path / "runs", launcher)[0].can_resume

    launcher.submit(resume_command(run.id), Resources(label=run.id))

    (entry,) = list_board(tmp_path / "runs", launcher)
    assert (entry.state, entry.can_resume) == ("waiting", False)


def test_newest_runs_come_first_and_other_jobs_are_left_out(tmp_path, launcher):
    make_run(tmp_path / "runs", "20260101-run", 1)
    make_run(tmp_path / "runs", "20260103-run", 1)
    launcher.submit(TRAIN, Resources(label="20260102-run"))

    listed = [entry.run_id for entry in list_board(tmp_path / "runs", launcher)]

    assert listed == ["20260103-run", "20260102-run", "20260101-run"]


def test_only_a_finished_run_with_a_best_state_can_be_continued(tmp_path, launcher):
    run = make_run(tmp_path / "runs", "20260101-run", 1)
    assert list_board(tmp_path / "runs", launcher)[0].can_continue

    run.best.rmdir()

    assert not list_board(tmp_path / "runs", launcher)[0].can_continue


def test_a_deleted_run_is_gone_with_its_jobs(tmp_path, launcher):
    run = make_run(tmp_path / "runs", "20260101-run", 1)
    job = launcher.submit(resume_command(run.id), Resources(label=run.id))
    with pytest.raises(RunError, match="expected a run that is over, found it waiting"):
        delete_run(list_board(tmp_path / "runs", launcher)[0], launcher)
    launcher.cancel(job)
    while not launcher.status(job).over:
        time.sleep(0.05)

    delete_run(list_board(tmp_path / "runs", launcher)[0], launcher)

    assert list_board(tmp_path / "runs", launcher) == []
    assert not run.path.exists()


def test_a_resume_that_failed_before_it_began_is_not_passed_over(tmp_path):
    run = make_run(tmp_path / "runs", "20260101-run", 1, ended="stopped")
    launcher = LocalLauncher(tmp_path)
    job = launcher.submit(resume_command("another"), Resources(label=run.id))
    while not launcher.status(job).over:
        time.sleep(0.05)

    (entry,) = list_board(tmp_path / "runs", launcher)

    assert (entry.state, entry.can_resume) == ("stopped", True)
    assert entry.reason.startswith("The last try to go on failed. Exit code 2. Last line: another:")
