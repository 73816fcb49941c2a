from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest
from filelock import FileLock

from seg_core.errors import EngineError
from seg_core.inference import FakeEngine
from seg_core.inference.shelf_worker import (
    MOST_STARTS,
    Worked,
    read_progress,
    segment_command,
    segment_waiting,
)
from seg_core.jobs.local import check_device
from seg_core.settings import Settings
from seg_core.store import SegmentationQueue, StudyShelf
from tests.models.released import make_released
from tests.pages.shelved import make_study


@pytest.fixture
def shelf(settings: Settings) -> Iterator[StudyShelf]:
    make_released(settings.models)
    opened = StudyShelf(settings)
    yield opened
    opened.close()


def ask(shelf: StudyShelf, *names: str) -> list[str]:
    ids = [shelf.add(make_study(name, slices=3)) for name in names]
    SegmentationQueue(shelf.store).ask(ids)
    return ids


def test_all_that_wait_are_read_in_the_order_in_which_they_were_asked_for(
    settings: Settings, shelf: StudyShelf
) -> None:
    ids, said = ask(shelf, "B", "A"), list[str]()

    assert segment_waiting(settings, shelf, engine=FakeEngine(), say=said.append) == Worked(done=2)

    assert said == ["B: read", "A: read"]
    assert all(shelf.reading_row(study_id) is not None for study_id in ids)
    assert SegmentationQueue(shelf.store).waiting() == []
    assert read_progress(settings) is None


def test_one_bad_study_holds_up_no_other(settings: Settings, shelf: StudyShelf) -> None:
    bad, good = ask(shelf, "bad", "good")
    (settings.studies / bad / "study.npz").write_bytes(b"damaged")

    assert segment_waiting(settings, shelf, engine=FakeEngine()) == Worked(done=1, failed=1)

    assert shelf.reading_row(good) is not None
    assert shelf.reading_row(bad) is None


def test_progress_is_told_while_a_study_is_read(settings: Settings, shelf: StudyShelf) -> None:
    (study_id,) = ask(shelf, "A")
    seen = []

    def look(batch: np.ndarray) -> np.ndarray:
        seen.append(read_progress(settings))
        return FakeEngine().predict(batch)

    segment_waiting(settings, shelf, engine=FakeEngine(look))

    assert seen[0] is not None
    assert (seen[0].study_id, seen[0].done, seen[0].slices) == (study_id, 0, 3)


def test_a_worker_that_was_killed_is_not_told_of(settings: Settings, shelf: StudyShelf) -> None:
    ask(shelf, "A")
    kept = []

    def look(batch: np.ndarray) -> np.ndarray:
        kept.append((settings.home / "segmenting.json").read_text("utf-8"))
        return FakeEngine().predict(batch)

    segment_waiting(settings, shelf, engine=FakeEngine(look))
    said = json.loads(kept[0])
    said["worker"]["start"] -= 3600  # the pid is another process's now
    (settings.home / "segmenting.json").write_text(json.dumps(said), "utf-8")

    assert read_progress(settings) is None


def test_a_worker_that_ended_in_the_middle_is_gone_on_with(
    settings: Settings, shelf: StudyShelf
) -> None:
    queue, ids = SegmentationQueue(shelf.store), ask(shelf, "A", "B")
    queue.started(queue.waiting()[0])  # and here its machine was switched off

    assert segment_waiting(settings, shelf, engine=FakeEngine()) == Worked(done=2)

    assert all(shelf.reading_row(study_id) is not None for study_id in ids)


def test_a_study_with_which_workers_end_is_put_aside(settings: Settings, shelf: StudyShelf) -> None:
    queue, (deadly, other) = SegmentationQueue(shelf.store), ask(shelf, "A", "B")
    for _ in range(MOST_STARTS):
        queue.started(queue.waiting()[0])

    assert segment_waiting(settings, shelf, engine=FakeEngine()) == Worked(done=1, failed=1)

    assert shelf.reading_row(other) is not None
    queue.ask([deadly])
    assert segment_waiting(settings, shelf, engine=FakeEngine()) == Worked(done=1)


def test_an_engine_that_fails_says_why(settings: Settings, shelf: StudyShelf) -> None:
    ask(shelf, "A")

    def fail(batch: np.ndarray) -> np.ndarray:
        raise EngineError("network: expected more memory, found none.")

    said = list[str]()
    segment_waiting(settings, shelf, engine=FakeEngine(fail), say=said.append)

    assert said == ["A: network: expected more memory, found none."]


def test_a_study_that_breaks_the_worker_itself_is_put_aside_and_the_others_are_read(
    settings: Settings, shelf: StudyShelf
) -> None:
    ask(shelf, "A", "B")

    def fail_once(batch: np.ndarray, left: list[bool] = [True]) -> np.ndarray:  # noqa: B006
        if left:
            left.clear()
            raise RuntimeError("unforeseen")
        return batch.mean(axis=-1)

    said = list[str]()
    found = segment_waiting(settings, shelf, engine=FakeEngine(fail_once), say=said.append)

    assert found == Worked(done=1, failed=1)
    assert said == [
        "A: The worker failed on this study: RuntimeError. Its log says where.",
        "B: read",
    ]


def test_a_second_worker_leaves_the_work_to_the_first(
    settings: Settings, shelf: StudyShelf
) -> None:
    ask(shelf, "A")
    (settings.home / "locks").mkdir(exist_ok=True)

    with FileLock(settings.home / "locks" / "segment-studies.lock"):
        assert segment_waiting(settings, shelf, engine=FakeEngine()) == Worked()

    assert len(SegmentationQueue(shelf.store).waiting()) == 1


def test_what_waits_already_is_not_asked_for_twice_and_can_be_withdrawn(
    shelf: StudyShelf,
) -> None:
    queue, ids = SegmentationQueue(shelf.store), ask(shelf, "A", "B")

    assert queue.ask(ids) == 0
    assert queue.withdraw() == 2
    assert queue.waiting() == []
    assert queue.ask(ids) == 2


def test_the_launcher_takes_the_command_on_a_place_beside_training() -> None:
    check_device("reading")  # raises for anything that is no device

    assert segment_command()[1:] == ["-m", "seg_core", "shelf", "segment", "--quiet"]
