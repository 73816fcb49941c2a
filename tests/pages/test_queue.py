"""Studies that arrive on the worklist and wait for a model, as the page shows them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.components import segmenting, session
from pages.components.segmenting import ask_for, keep_going, stop_all
from pages.components.workspace import Workspace
from seg_core.inference import write_reading
from seg_core.inference.shelf_worker import JOB_LABEL
from seg_core.jobs import LocalLauncher
from tests.models.released import make_released
from tests.pages.said import labels, words
from tests.pages.shelved import make_reading, make_study, seated

Open = Callable[..., AppTest]


@pytest.fixture
def held(launcher: LocalLauncher, monkeypatch: pytest.MonkeyPatch) -> LocalLauncher:
    """The queue behind the command that holds the processor: workers wait and do not begin."""
    monkeypatch.setattr(segmenting, "DEVICE", "cpu")
    return launcher


def jobs(launcher: LocalLauncher) -> list[str]:
    return [job.state for job in launcher.list_jobs() if job.label == JOB_LABEL]


def test_asking_for_studies_starts_one_worker_for_all_of_them(
    workspace: Workspace, held: LocalLauncher
) -> None:
    make_released(workspace.settings.models)
    ids = [workspace.shelf.add(make_study(name)) for name in "AB"]

    assert ask_for(workspace, ids) == 2
    assert ask_for(workspace, ids) == 0

    assert jobs(held) == ["waiting"]
    assert [asked.name for asked in workspace.queue.waiting()] == ["A", "B"]


def test_a_worker_that_is_gone_is_started_again_where_studies_still_wait(
    workspace: Workspace, held: LocalLauncher
) -> None:
    make_released(workspace.settings.models)
    ask_for(workspace, [workspace.shelf.add(make_study())])
    (job,) = [job for job in held.list_jobs() if job.label == JOB_LABEL]
    runner = held.folder(job.id).runner()
    assert runner is not None
    process = runner.find()
    assert process is not None
    process.kill()  # as a machine that is switched off does
    process.wait()

    keep_going(workspace)

    assert sorted(jobs(held)) == ["died", "waiting"]


def test_without_a_model_nothing_is_put_into_the_queue(workspace: Workspace) -> None:
    assert ask_for(workspace, [workspace.shelf.add(make_study())]) == 0
    assert workspace.queue.waiting() == []


def test_the_worklist_shows_what_waits_and_can_stop_it(
    open_page: Open, workspace: Workspace, held: LocalLauncher
) -> None:
    make_released(workspace.settings.models)
    ask_for(workspace, [workspace.shelf.add(make_study(name)) for name in "AB"])

    app = open_page("worklist", **seated(workspace))

    assert "A model reads 2 studies" in words(app)
    assert app.dataframe[0].value["state"].tolist() == ["segmenting", "segmenting"]

    stop_all(workspace)

    assert workspace.queue.waiting() == []
    assert open_page("worklist").dataframe[0].value["state"].tolist() == ["new", "new"]


def test_a_study_that_could_not_be_read_says_so_in_the_list(
    open_page: Open, workspace: Workspace
) -> None:
    make_released(workspace.settings.models)
    study_id = workspace.shelf.add(make_study())
    workspace.queue.ask([study_id])
    workspace.queue.failed(workspace.queue.waiting()[0], "network.bin was changed")

    app = open_page("worklist")

    assert app.dataframe[0].value["state"].tolist() == ["failed"]
    assert "Let a model read 1 study" in labels(app)


def test_studies_are_read_without_any_model_on_results_from_elsewhere(
    open_page: Open, workspace: Workspace
) -> None:
    study, reading = make_study("TCGA_A"), make_reading({6: 0.99})
    study_id, root = workspace.shelf.add(study), workspace.settings.data_roots[0]
    write_reading(study, reading, root / "results", 0.5, 0.98)
    app = open_page("worklist", **{session.WORKLIST_SECTION: "Add studies"})

    entry = next(box for box in app.selectbox if "Folder" in box.label)
    entry.select(root / "results").run()
    next(b for b in app.button if b.label == "Open this").click().run()

    assert not app.exception
    assert "1 study on the list" in words(app)
    row = workspace.shelf.reading_row(study_id)
    assert row is not None
    assert row.model == "paper-unet/1"


def test_many_studies_arrive_at_once_and_a_bad_one_beside_them(
    open_page: Open, workspace: Workspace, phantom_dir: Path
) -> None:
    many = workspace.settings.data_roots[0] / "many"
    shutil.copytree(phantom_dir, many)
    (many / "TCGA_BAD").mkdir()
    (many / "TCGA_BAD" / "TCGA_BAD_1.tif").write_bytes(b"no image")
    workspace.room.set_mode(workspace.room.sit("a desk", "Ada"), "Teaching", "first")
    app = open_page("worklist", **{session.WORKLIST_SECTION: "Add studies"})

    app.selectbox(key="arrive_into").select("Teaching").run()
    next(box for box in app.selectbox if "Folder" in box.label).select(many).run()
    next(b for b in app.button if b.label == "Open this").click().run()

    said = "2 studies on the list Teaching. 1 file or study could not be read"
    assert said in words(app)
    assert [(one.name, one.studies) for one in workspace.room.lists()][1] == ("Teaching", 2)
