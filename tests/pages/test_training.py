"""The training page without a browser: what it says of runs, and what its buttons ask for."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys

import pytest
from streamlit.testing.v1 import AppTest

from pages.components import session
from pages.components.hashed_download import hashed_name
from seg_core.jobs import LocalLauncher, Resources
from seg_core.jobs.processes import mark_of
from seg_core.settings import Settings
from seg_core.training.note import RunNote, read_note
from tests.models.released import CARD, make_released
from tests.pages.conftest import PAGES
from tests.pages.runs import make_run
from tests.pages.training_page import Open, button, labels, words


def shown_charts(app: AppTest) -> dict[str, dict]:
    """The charts that the live component was given, by name."""
    component = app.get("bidi_component")[0]
    return {chart["name"]: chart for chart in json.loads(component.proto.json)["charts"]}


def test_without_a_run_the_page_says_how_to_start_one(open_page: Open) -> None:
    assert "No run yet" in words(open_page("training"))


def test_a_run_shows_how_it_stands(open_page: Open, settings: Settings) -> None:
    make_run(settings.runs, "20260101-000000-paper-aaaa", 3, reason="no better soft Dice")

    said = words(open_page("training"))

    assert "no better soft Dice" in said
    assert "Epoch: 3 of 9" in said
    assert "Best soft Dice: 0.3000" in said
    assert "Best epoch: 3" in said


def test_curves_hold_train_and_validation_and_mark_the_best_epoch(
    open_page: Open, settings: Settings
) -> None:
    make_run(settings.runs, "20260101-000000-paper-aaaa", 3)

    charts = shown_charts(open_page("training"))

    names = ["loss", "precision", "recall", "f1", "soft_dice", "dice"]
    assert list(charts) == [*names, "validation", "learning_rate"]
    traces = {trace["name"]: trace for trace in charts["soft_dice"]["figure"]["data"]}
    assert traces["validation"]["x"] == [1, 2, 3]
    assert traces["validation"]["y"] == [0.1, 0.2, 0.3]
    assert (traces["best epoch"]["x"], traces["best epoch"]["y"]) == ([3], [0.3])


def test_a_next_look_shows_what_the_trainer_wrote_since(
    open_page: Open, settings: Settings
) -> None:
    run = make_run(settings.runs, "20260101-000000-paper-aaaa", 1, ended=None)
    app = open_page("training")
    before = run.events_path.stat().st_size

    with run.events_path.open("a") as log:
        log.write('{"time":"","kind":"step","epoch":2,"step":2,"steps":4,"loss":0.25}\n')
    app.run()

    steps = shown_charts(app)["loss"]["figure"]["data"][0]
    assert (steps["x"][-1], steps["y"][-1]) == (1.5, 0.25)
    assert app.session_state[session.FOLLOWED].offset > before


def test_the_newest_run_is_shown_first_and_an_address_opens_another(
    open_page: Open, settings: Settings, workspace: object
) -> None:
    older = make_run(settings.runs, "20260101-000000-paper-aaaa", 2).id
    newer = make_run(settings.runs, "20260102-000000-paper-bbbb", 1).id

    app = open_page("training")
    assert app.radio[0].value == newer

    other = AppTest.from_file(PAGES / "training.py", default_timeout=30)
    other.query_params["run"] = older
    assert other.run().radio[0].value == older


def test_a_dead_trainer_is_shown_with_its_last_lines_and_can_be_resumed(
    open_page: Open, settings: Settings, launcher: LocalLauncher
) -> None:
    run = make_run(settings.runs, "20260101-000000-paper-aaaa", 2, ended=None)
    run.log_path.write_text("epoch 2/9: loss 0.5\n")
    app = open_page("training")
    assert app.error[0].value.startswith("the trainer ended without saying why")
    assert "epoch 2/9: loss 0.5" in words(app)

    button(app, "Resume").click().run()

    job = launcher.list_jobs()[0]
    assert job.argv[1:] == ("-m", "seg_core", "resume", run.id, "--wait")
    assert job.label == run.id
    assert "waiting" in app.radio[0].proto.captions[0]
    assert app.radio[0].options == [run.id.replace("-", r"\-")]
    assert "Resume" not in labels(app)


def test_a_finished_run_can_be_continued_from_its_best_epoch(
    open_page: Open, settings: Settings, launcher: LocalLauncher
) -> None:
    run = make_run(settings.runs, "20260101-000000-paper-aaaa", 2, best=1)
    app = open_page("training")

    button(app, "Continue from best").click().run()

    assert launcher.list_jobs()[0].argv[3:] == ("resume", run.id, "--wait", "--best")


def test_stop_takes_a_waiting_run_out_of_the_queue(
    open_page: Open, launcher: LocalLauncher
) -> None:
    command = [sys.executable, "-m", "seg_core", "train"]
    job = launcher.submit(command, Resources(label="20260101-000000-x"))
    app = open_page("training")

    assert "Waits for cpu, which busy holds. It is next." in words(app)
    button(app, "Take out of the queue").click().run()

    assert launcher.folder(job).asked_to_end


def test_a_waiting_run_can_be_let_go_earlier(open_page: Open, launcher: LocalLauncher) -> None:
    command = [sys.executable, "-m", "seg_core", "train"]
    first = launcher.submit(command, Resources(label="20260101-000000-a"))
    second = launcher.submit(command, Resources(label="20260102-000000-b"))
    app = open_page("training")
    assert app.radio[0].value == "20260102-000000-b"

    button(app, "Earlier").click().run()

    assert [launcher.status(job).place for job in (first, second)] == [1, 0]
    assert button(app, "Earlier").disabled
    assert "1. **20260102\\-000000\\-b**\n2. 20260101\\-000000\\-a" in words(app)


@pytest.mark.parametrize(
    ("section", "expected"),
    [("Pictures", "**Epoch 2**"), ("Log", "one &lt;b&gt; line"), ("Settings", "c0ffee")],
)
def test_each_section_of_a_run_opens(
    open_page: Open, settings: Settings, section: str, expected: str
) -> None:
    run = make_run(settings.runs, "20260101-000000-paper-aaaa", 2)
    run.log_path.write_text("one <b> line\n")

    assert expected in words(open_page("training", **{session.RUN_SECTION: section}))


def test_a_damaged_run_is_listed_beside_the_good_ones(open_page: Open, settings: Settings) -> None:
    make_run(settings.runs, "20260102-000000-paper-good", 1)
    bad = make_run(settings.runs, "20260101-000000-paper-bad", 1)
    (bad.path / "recipe.json").write_text("{")

    app = open_page("training")

    assert len(app.radio[0].options) == 2
    assert not app.exception


def test_runs_are_compared_and_different_splits_warned_of(
    open_page: Open, settings: Settings
) -> None:
    make_run(settings.runs, "20260101-000000-paper-aaaa", 3)
    make_run(settings.runs, "20260102-000000-paper-bbbb", 2, split__seed=5, network__filters=8)

    app = open_page("training", **{session.TRAINING_VIEW: "Compare"})

    assert "different splits" in app.warning[0].value
    assert r"20260102\-000000\-paper\-bbbb" in app.warning[0].value
    table, differing = (frame.value for frame in app.dataframe)
    assert list(table["Soft Dice"]) == ["0.2000", "0.3000"]
    assert list(differing["setting"]) == ["network.filters", "split.seed"]
    loss = shown_charts(app)["loss"]["figure"]["data"]
    assert {trace["name"] for trace in loss} == {
        "20260101-000000-paper-aaaa",
        "20260102-000000-paper-bbbb",
    }


def test_all_settings_are_shown_on_request(open_page: Open, settings: Settings) -> None:
    make_run(settings.runs, "20260101-000000-paper-aaaa", 1)
    make_run(settings.runs, "20260102-000000-paper-bbbb", 1)
    app = open_page("training", **{session.TRAINING_VIEW: "Compare"})
    assert "All their settings are the same" in words(app)

    app.toggle[0].set_value(True).run()

    assert "batch_size" in list(app.dataframe[1].value["setting"])


def test_what_can_be_downloaded_bears_its_contents_hash(
    open_page: Open, settings: Settings
) -> None:
    run = make_run(settings.runs, "20260101-000000-paper-aaaa", 2)
    digest = hashlib.sha256((run.path / "recipe.json").read_bytes()).hexdigest()[:12]

    app = open_page("training", **{session.RUN_SECTION: "Files"})

    names = [element.proto.url.rpartition("/")[2] for element in app.get("download_button")]
    assert len(names) == 6
    assert f"tensorboard --logdir {run.path / 'tensorboard'}" in words(app)
    assert hashed_name("a", (run.path / "recipe.json").read_bytes(), "json") == f"a-{digest}.json"


def test_one_run_alone_cannot_be_compared(open_page: Open, settings: Settings) -> None:
    make_run(settings.runs, "20260101-000000-paper-aaaa", 3)

    app = open_page("training", **{session.TRAINING_VIEW: "Compare"})

    assert "Two runs are needed" in words(app)


def test_a_released_run_names_its_model(open_page: Open, settings: Settings) -> None:
    run = make_run(settings.runs, "20260101-000000-paper-aaaa", 1)
    make_released(settings.models, name="mine", training=CARD["training"] | {"run": run.id})

    app = open_page("training")

    assert "released as mine/1" in words(app)
    assert "Read a study with it" in labels(app)


def test_too_little_room_for_the_next_state_is_said_before(
    open_page: Open, settings: Settings
) -> None:
    run = make_run(settings.runs, "20260101-000000-paper-aaaa", 1, ended=None)
    here = mark_of(os.getpid()).as_json()
    (run.path / "trainer.json").write_text(json.dumps(here | {"heartbeat": 1.0}))
    with (run.last / "arrays.npz").open("wb") as state:  # sparse: it takes no room itself
        state.truncate(shutil.disk_usage(settings.home).free)

    app = open_page("training")

    assert "Make room, or it will stop at the next one." in app.warning[0].value


def test_a_note_and_tags_are_kept_with_the_run(open_page: Open, settings: Settings) -> None:
    run = make_run(settings.runs, "20260101-000000-paper-aaaa", 1)
    app = open_page("training")

    app.text_area[0].set_value("rate too *high*").run()
    app.text_input[0].set_value("small, baseline, small").run()

    assert read_note(run.path) == RunNote("rate too *high*", ("small", "baseline"))
    assert r"rate too \*high\*" in words(app)


def test_a_run_is_deleted_only_once_that_is_confirmed(open_page: Open, settings: Settings) -> None:
    run = make_run(settings.runs, "20260101-000000-paper-aaaa", 1)
    app = open_page("training")
    assert button(app, "Delete for good").disabled

    app.checkbox[0].check().run()
    button(app, "Delete for good").click().run()

    assert not run.path.exists()
    assert "No run yet" in words(app)


def test_a_finished_run_is_released_under_a_name(
    open_page: Open, settings: Settings, launcher: LocalLauncher
) -> None:
    run = make_run(settings.runs, "20260101-000000-paper-aaaa", 1)
    app = open_page("training")
    assert button(app, "Release").disabled

    next(field for field in app.text_input if field.label == "Release as").set_value("mine").run()
    button(app, "Release").click().run()

    argv = launcher.list_jobs()[0].argv
    assert argv[3:] == ("release", run.id, "--name", "mine")
    assert "The release waits after busy." in words(app)
    assert "Release" not in labels(app)


def test_a_name_that_everybody_reads_with_is_warned_of(open_page: Open, settings: Settings) -> None:
    make_run(settings.runs, "20260101-000000-paper-aaaa", 1)
    app = open_page("training")

    field = next(field for field in app.text_input if field.label == "Release as")
    field.set_value("second-reader").run()

    assert "wherever nobody chooses a model" in app.warning[0].value
    assert not button(app, "Release").disabled


def test_a_name_that_no_model_may_bear_is_not_released_under(
    open_page: Open, settings: Settings
) -> None:
    make_run(settings.runs, "20260101-000000-paper-aaaa", 1)
    app = open_page("training")

    field = next(field for field in app.text_input if field.label == "Release as")
    field.set_value("../My Model").run()

    assert button(app, "Release").disabled
    assert "expected small letters, digits and hyphens" in app.error[0].value
