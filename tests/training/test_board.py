"""Runs and queued jobs in one list."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from seg_core.errors import RunError
from seg_core.jobs import LocalLauncher, Resources
from seg_core.jobs.device_lock import held
from seg_core.training.board import delete_run, list_board
from seg_core.training.launch import resume_command
from tests.jobs.held_queue import held_queue
from tests.pages.runs import make_run

TRAIN = [sys.executable, "-m", "seg_core", "train"]


@pytest.fixture
def launcher(tmp_path: Path) -> Iterator[LocalLauncher]:
    """A queue whose processor is held, so that what is submitted waits."""
    with held_queue(tmp_path) as launcher:
        yield launcher


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


def test_a_run_that_a_terminal_lets_wait_is_listed_with_what_it_waits_for(tmp_path):
    queue = LocalLauncher(tmp_path)
    with ThreadPoolExecutor() as threads, held(tmp_path, "cpu", "20260101-run", wait=False):
        threads.submit(hold_for_a_moment, tmp_path, "20260102-run")
        while not (entries := list_board(tmp_path / "runs", queue)):
            time.sleep(0.02)

        (entry,) = entries
        assert (entry.run_id, entry.state, entry.place) == ("20260102-run", "waiting", 0)
        assert entry.waits_for == "20260101-run"
        assert not entry.can_stop


def hold_for_a_moment(home: Path, who: str) -> None:
    with held(home, "cpu", who, wait=True):
        pass


def test_a_run_in_the_queue_says_its_place_and_what_it_waits_for(tmp_path, launcher):
    for run_id in ("20260102-run", "20260103-run"):
        launcher.submit(TRAIN, Resources(label=run_id))

    second, first = list_board(tmp_path / "runs", launcher)

    assert (first.place, first.waits_for) == (0, "busy")
    assert (second.place, second.waits_for) == (1, "busy")


def test_a_run_that_has_just_ended_is_not_shown_as_preparing(tmp_path, launcher):
    busy = launcher.list_jobs()[0]
    run = make_run(tmp_path / "runs", "20260101-run", 1)
    record = launcher.folder(busy.id).path / "job.json"
    asked = json.loads(record.read_text()) | {"label": run.id, "argv": resume_command(run.id)}
    record.write_text(json.dumps(asked))
    began = datetime.fromisoformat(busy.started).timestamp()

    os.utime(run.events_path, (began - 9, began - 9))
    assert list_board(tmp_path / "runs", launcher)[0].state == "preparing"
    os.utime(run.events_path, (began + 9, began + 9))
    assert list_board(tmp_path / "runs", launcher)[0].state == "finished"


def test_newest_runs_come_first_and_other_jobs_are_left_out(tmp_path, launcher):
    make_run(tmp_path / "runs", "20260101-run", 1)
    launcher.submit(TRAIN, Resources(label="20260102-run"))
    make_run(tmp_path / "runs", "20260103-run", 1)

    listed = [entry.run_id for entry in list_board(tmp_path / "runs", launcher)]

    assert listed == ["20260103-run", "20260102-run", "20260101-run"]


def test_a_run_whose_last_epoch_was_its_best_has_nothing_to_continue_from(tmp_path, launcher):
    make_run(tmp_path / "runs", "20260101-run", 2)

    assert not list_board(tmp_path / "runs", launcher)[0].can_continue


def test_only_a_finished_run_with_a_best_state_can_be_continued(tmp_path, launcher):
    run = make_run(tmp_path / "runs", "20260101-run", 2, best=1)
    assert list_board(tmp_path / "runs", launcher)[0].can_continue

    shutil.rmtree(run.best)

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


def test_a_run_that_died_while_it_saved_can_be_resumed_from_the_state_before(tmp_path, launcher):
    run = make_run(tmp_path / "runs", "20260101-run", 2, ended=None)
    run.last.rename(run.last.with_name("last.old"))  # as between the two renames of a save

    (entry,) = list_board(tmp_path / "runs", launcher)

    assert entry.can_resume
