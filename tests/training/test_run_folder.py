"""A run on disk, read while it is written."""

import json
import os
import time

import pytest

from seg_core.errors import RunError
from seg_core.jobs.processes import mark_of
from seg_core.training.events import EventLog
from seg_core.training.recipe import recipe_named
from seg_core.training.run_folder import RunFolder, alive, find_run


@pytest.fixture
def run(tmp_path):
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "recipe.json").write_text(recipe_named("paper").model_dump_json())
    return RunFolder(tmp_path / "r")


def this_process(**changes):
    return {**mark_of(os.getpid()).as_json(), "heartbeat": time.time(), **changes}


def test_events_are_read_from_a_remembered_offset(run):
    log = EventLog(run.events_path)
    log.append("step", epoch=1, step=1)
    first, offset = run.read_events()
    log.append("step", epoch=1, step=2)
    second, _ = run.read_events(offset)

    assert [event["step"] for event in first] == [1]
    assert [event["step"] for event in second] == [2]


def test_a_line_that_is_still_being_written_waits_for_the_next_call(run):
    run.events_path.write_bytes(b'{"kind": "step", "step": 1}\n{"kind": "st')
    events, offset = run.read_events()

    assert [event["step"] for event in events] == [1]
    with run.events_path.open("ab") as file:
        file.write(b'ep", "step": 2}\n')
    assert run.read_events(offset)[0] == [{"kind": "step", "step": 2}]


def test_a_log_that_was_cut_is_read_from_its_beginning(run):
    log = EventLog(run.events_path)
    log.append("step", step=1)
    keep = log.length
    log.append("step", step=2)
    _, offset = run.read_events()
    EventLog(run.events_path, keep)

    assert [event["step"] for event in run.read_events(offset)[0]] == [1]


def test_a_log_that_is_shorter_than_it_is_to_be_cut_to_does_not_grow(run):
    log = EventLog(run.events_path)
    log.append("step", step=1)
    before = run.events_path.read_bytes()
    EventLog(run.events_path, log.length + 9)

    assert run.events_path.read_bytes() == before


def test_the_last_event_is_found_however_long_the_log(run):
    log = EventLog(run.events_path)
    log.append("epoch", epoch=7)
    for step in range(5000):
        log.append("step", step=step)

    assert run.last_event("epoch")["epoch"] == 7
    assert run.last_event("step")["step"] == 4999
    assert run.last_event("picture") is None


def test_a_run_whose_process_is_gone_has_died(run):
    EventLog(run.events_path).append("state", state="training", reason="")
    (run.path / "trainer.json").write_text(json.dumps(this_process(start=1.0)))

    assert run.status().state == "died"


def test_a_living_run_that_was_asked_to_stop_is_stopping(run):
    EventLog(run.events_path).append("state", state="training", reason="")
    (run.path / "trainer.json").write_text(json.dumps(this_process()))
    assert run.status().state == "training"

    run.ask("stop")
    assert run.status().state == "stopping"


def test_a_trainer_elsewhere_is_judged_by_its_heartbeat():
    assert alive(this_process(host="elsewhere"))
    assert not alive(this_process(host="elsewhere", heartbeat=time.time() - 60))


def test_a_run_that_is_not_there_is_said(tmp_path):
    with pytest.raises(RunError, match="expected a run under"):
        find_run(tmp_path, "nothing")


def test_a_run_is_found_by_name_and_by_path(run):
    assert find_run(run.path.parent, "r") == find_run(run.path.parent, os.fspath(run.path))


@pytest.mark.parametrize("name", ["recipe", "split"])
def test_what_another_version_wrote_is_said_as_an_error_of_the_run(run, name):
    (run.path / f"{name}.json").write_text('{"unheard_of": 1}')

    with pytest.raises(RunError, match=rf"{name}\.json: expected what this version writes"):
        getattr(run, name)()
