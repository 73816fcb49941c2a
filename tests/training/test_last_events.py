"""The newest events of a growing, cut, damaged or missing log."""

from __future__ import annotations

from pathlib import Path

from seg_core.training.events import EventLog
from seg_core.training.last_events import BLOCK, last_events
from seg_core.training.run_folder import RunFolder


def test_no_log_has_no_events(tmp_path: Path):
    assert last_events(tmp_path / "events.jsonl") == {}


def test_the_newest_of_each_kind_is_found_and_followed(tmp_path: Path):
    path = tmp_path / "events.jsonl"
    log = EventLog(path)
    log.append("state", state="training")
    for step in range(2 * BLOCK // 60):  # several blocks lie between the state and the end
        log.append("step", step=step)

    found = last_events(path)
    assert (found["state"]["state"], found["step"]["step"]) == ("training", 2 * BLOCK // 60 - 1)

    log.append("epoch", epoch=1)
    log.append("state", state="finished")
    found = last_events(path)
    assert (found["state"]["state"], found["epoch"]["epoch"]) == ("finished", 1)
    log.close()


def test_a_line_that_is_still_being_written_waits_for_its_end(tmp_path: Path):
    path = tmp_path / "events.jsonl"
    path.write_text('{"kind": "step", "step": 1}\n{"kind": "step", "st')
    assert last_events(path)["step"]["step"] == 1

    with path.open("a") as log:
        log.write('ep": 2}\n')
    assert last_events(path)["step"]["step"] == 2


def test_a_log_that_was_cut_and_grew_again_is_read_anew(tmp_path: Path):
    path = tmp_path / "events.jsonl"
    log = EventLog(path)
    log.append("epoch", epoch=1)
    length = log.length
    log.append("epoch", epoch=2)
    log.append("state", state="stopped")
    log.close()
    assert last_events(path)["state"]["state"] == "stopped"

    resumed = EventLog(path, length)
    resumed.append("state", state="training")
    for step in range(9):  # longer than before the cut
        resumed.append("step", step=step)
    resumed.close()

    found = last_events(path)
    assert (found["epoch"]["epoch"], found["state"]["state"]) == (1, "training")


def test_a_damaged_line_is_passed_over(tmp_path: Path):
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"kind": "epoch", "epoch": 3}\n\x00\x00{"kind"\n')

    assert last_events(path) == {"epoch": {"kind": "epoch", "epoch": 3}}
    assert RunFolder(tmp_path).read_events(0)[0] == [{"kind": "epoch", "epoch": 3}]
