"""The form of a new run without a browser: its fields, its warnings, and what it starts."""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from pages.components import session
from pages.components.training.recipe_form import key_of
from seg_core.data.split import make_split
from seg_core.jobs import LocalLauncher
from seg_core.settings import Settings
from seg_core.training.probe import Probe, store_probe
from seg_core.training.recipe import Recipe, parse_settings
from tests.jobs.test_devices import FakeNvml
from tests.pages.runs import make_run
from tests.pages.training_page import Open, button, words

PROBE = Probe(
    device="cpu",
    title="CPU",
    network="any",
    batch=16,
    steps=8,
    slices_per_second={"float32": 0.5, "mixed_bfloat16": 1.0},
    predicted_per_second={"float32": 0.15, "mixed_bfloat16": 0.3},
    measured_at="2026-01-01T00:00:00+00:00",
)

NEW_RUN = {session.TRAINING_VIEW: "New run"}


@pytest.fixture
def data_set(settings: Settings, phantom_dir: Path) -> Path:
    """Four phantom patients below the data root."""
    folder = settings.data_roots[0] / "phantom"
    shutil.copytree(phantom_dir, folder)
    for patient in list(folder.iterdir()):
        shutil.copytree(patient, folder / f"{patient.name}_again")
    return folder


def test_the_form_shows_the_data_and_its_split(open_page: Open, data_set: Path) -> None:
    app = open_page("training", **NEW_RUN)

    said = words(app)
    assert app.multiselect[0].value == [data_set]
    assert "fingerprint" in said
    assert "the recipe as it is" in said
    assert "4,722,449 parameters (the paper's)" in said


@pytest.mark.parametrize("section", ["Sample slices", "Augmented"])
def test_the_data_can_be_looked_at(open_page: Open, data_set: Path, section: str) -> None:
    app = open_page("training", **NEW_RUN, **{session.DATA_SECTION: section})

    assert not app.exception
    assert len(app.get("image")) == 1


def test_a_wrong_setting_is_named_and_nothing_can_be_started(
    open_page: Open, data_set: Path
) -> None:
    app = open_page("training", **NEW_RUN)

    app.number_input(key=key_of("epochs")).set_value(0).run()

    assert any(error.value.startswith("epochs") for error in app.error)
    assert button(app, "Start training").disabled


def test_the_wrong_direction_of_early_stopping_is_warned_of(open_page: Open) -> None:
    app = open_page("training", **NEW_RUN)

    app.selectbox(key=key_of("early_stopping.monitor")).select("loss").run()

    assert app.warning[0].value == "For loss, better is usually min."


def test_a_slice_split_is_possible_and_warned_of(open_page: Open, data_set: Path) -> None:
    app = open_page("training", **NEW_RUN)

    app.selectbox(key=key_of("split.kind")).select("slice").run()

    assert "leak" in app.warning[0].value
    assert not button(app, "Start training").disabled


def test_folds_show_their_own_fields_and_take_the_number_from_the_protocol(
    open_page: Open, data_set: Path
) -> None:
    patients = sorted(folder.name for folder in data_set.iterdir())
    members = {name: {"fold": 1 + i % 4, "tumour_px": 1} for i, name in enumerate(patients)}
    protocol = data_set.parent / "four.json"
    protocol.write_text(json.dumps({"name": "four", "folds": 4, "patients": members}))
    app = open_page("training", **NEW_RUN)
    app.selectbox(key=key_of("split.kind")).select("folds").run()

    app.selectbox(key=key_of("split.file")).select(str(protocol)).run()
    app.number_input(key=key_of("split.fold")).set_value(2).run()

    assert app.number_input(key=key_of("split.folds")).value == 4
    assert r"fold 2 of 4 \(four\)" in words(app)
    assert key_of("split.test") not in [field.key for field in app.number_input]
    assert not app.error


def test_start_queues_the_command_with_what_was_changed(
    open_page: Open, data_set: Path, launcher: LocalLauncher
) -> None:
    app = open_page("training", **NEW_RUN)
    app.number_input(key=key_of("epochs")).set_value(2)
    app.number_input(key=key_of("network.filters")).set_value(4)
    app.toggle(key=key_of("augmentation")).set_value(False).run()

    button(app, "Start training").click().run()

    argv = list(launcher.list_jobs()[0].argv)
    assert argv[argv.index("--data") + 1] == str(data_set)
    changed = parse_settings(argv[i + 1] for i, word in enumerate(argv) if word == "--set")
    assert changed == {"epochs": 2, "network.filters": 4, "augmentation": None}
    assert app.radio[0].value == argv[argv.index("--run-id") + 1]


def test_speed_is_measured_as_a_job_and_shown_with_the_faster_arithmetic(
    open_page: Open, data_set: Path, settings: Settings, launcher: LocalLauncher
) -> None:
    app = open_page("training", **NEW_RUN)
    assert "How long an epoch takes here is not known" in words(app)

    button(app, "Measure").click().run()
    job = launcher.list_jobs()[0]
    assert job.argv[3:] == ("probe", "--wait", "--recipe", "paper", "--device", "cpu")
    assert "waits for the end of busy" in words(app)

    launcher.cancel(job.id)
    while not launcher.status(job.id).over:
        time.sleep(0.05)
    store_probe(settings, Recipe(), PROBE)
    app.run()
    assert "**An epoch takes 2 min 08 s or more** with float32" in words(app)
    button(app, "Use mixed_bfloat16, 2.0 times as fast").click().run()
    assert app.selectbox(key=key_of("precision")).value == "mixed_bfloat16"
    assert "**An epoch takes 1 min 04 s or more** with mixed_bfloat16" in words(app)


def test_several_gpus_are_chosen_together(
    open_page: Open, data_set: Path, launcher: LocalLauncher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", FakeNvml())
    app = open_page("training", **NEW_RUN)
    devices = app.multiselect(key=session.DEVICES)
    assert devices.value == ["gpu:0"]
    assert devices.options[:2] == ["GPU 0, Model A", "GPU 1, Model B"]
    assert "gpu:0: 87 % busy, 50.0 of 80.0 GB free" in words(app)

    devices.set_value(["gpu:1", "gpu:0"]).run()
    button(app, "Start training").click().run()
    assert launcher.list_jobs()[0].device == "gpu:0,gpu:1"


def test_images_without_tumour_can_be_trained_on_too(
    open_page: Open, data_set: Path, launcher: LocalLauncher
) -> None:
    for name in ("glioma", "notumor"):
        (data_set.parent / "grey" / "Training" / name).mkdir(parents=True)
        Image.new("L", (64, 64)).save(data_set.parent / "grey" / "Training" / name / "1.png")
    app = open_page("training", **NEW_RUN)
    choice = app.multiselect(key=session.NEGATIVES + session.BOX)
    assert len(choice.options) == 1

    choice.select(data_set.parent / "grey" / "Training" / "notumor").run()
    button(app, "Start training").click().run()

    argv = list(launcher.list_jobs()[0].argv)
    assert argv[argv.index("--negatives") + 1].endswith("grey/Training/notumor")


def test_images_with_a_tumour_nobody_outlined_are_offered_to_recipes_that_learn_from_them(
    open_page: Open, data_set: Path, launcher: LocalLauncher
) -> None:
    glioma = data_set.parent / "grey" / "glioma"
    for folder in (glioma, glioma.parent / "notumor"):
        folder.mkdir(parents=True)
        Image.new("L", (64, 64)).save(folder / "1.png")
    app = open_page("training", **NEW_RUN)
    assert session.POSITIVES + session.BOX not in {box.key for box in app.multiselect}

    app.number_input(key=key_of("image_level")).set_value(0.1).run()
    app.multiselect(key=session.POSITIVES + session.BOX).select(glioma).run()
    button(app, "Start training").click().run()

    argv = list(launcher.list_jobs()[0].argv)
    assert argv[argv.index("--positives") + 1].endswith("grey/glioma")


def test_a_run_of_the_same_split_and_network_can_be_begun_with(
    open_page: Open, settings: Settings, data_set: Path, launcher: LocalLauncher
) -> None:
    app = open_page("training", **NEW_RUN)
    assert "Begin with" not in {box.label for box in app.selectbox}

    patients = {folder.name: ["1.tif"] for folder in data_set.iterdir()}
    for run_id, members in {"same": patients, "other": {**patients, "P": ["1.tif"]}}.items():
        run = make_run(settings.runs, run_id, 1, network__filters=Recipe().network.filters)
        save_state(run.best)
        split = make_split(members, Recipe().split)
        (run.path / "split.json").write_text(split.model_dump_json())
    app = open_page("training", **NEW_RUN)
    choice = app.selectbox(key=session.BEGINNING + session.BOX)
    assert choice.options == ["fresh weights", "same"]

    choice.set_value("same").run()
    app.number_input(key=key_of("split.validation")).set_value(0.3).run()
    assert "same cannot be begun with" in words(app)
    app.number_input(key=key_of("split.validation")).set_value(0.15).run()
    assert app.selectbox(key=session.BEGINNING + session.BOX).value == "same"
    button(app, "Start training").click().run()

    argv = list(launcher.list_jobs()[0].argv)
    assert argv[argv.index("--begin-with") + 1] == "same"


def test_a_recipe_that_keeps_a_share_of_a_beginning_starts_with_one_only(
    open_page: Open, data_set: Path
) -> None:
    app = open_page("training", **NEW_RUN)
    app.number_input(key=key_of("begun_share")).set_value(0.5).run()

    assert button(app, "Start training").disabled
    assert "Choose a run to begin with" in words(app)


def save_state(folder: Path) -> None:
    """As much of a state as the choice looks at."""
    (folder / "progress.json").write_text("{}")


def test_the_form_can_be_filled_with_another_runs_settings(
    open_page: Open, settings: Settings
) -> None:
    make_run(settings.runs, "20260101-000000-paper-aaaa", 1)
    app = open_page("training")

    button(app, "New run from these settings").click().run()

    assert app.session_state[session.TRAINING_VIEW] == "New run"
    assert app.number_input(key=key_of("network.filters")).value == 4


def test_settings_stay_while_the_list_of_runs_is_looked_at(
    open_page: Open, settings: Settings
) -> None:
    app = open_page("training", **NEW_RUN)
    app.number_input(key=key_of("epochs")).set_value(7).run()

    app.segmented_control(key=session.TRAINING_VIEW).set_value("Runs").run()
    app.segmented_control(key=session.TRAINING_VIEW).set_value("New run").run()

    assert app.number_input(key=key_of("epochs")).value == 7


def test_recipe_data_sets_and_negatives_stay_while_the_list_of_runs_is_looked_at(
    open_page: Open, data_set: Path, settings: Settings
) -> None:
    app = open_page("training", **NEW_RUN)
    choice = next(box for box in app.selectbox if box.label == "Recipe")
    choice.set_value("second-reader").run()
    app.multiselect(key=session.DATASETS + session.BOX).set_value([]).run()
    before = [app.session_state[key] for key in (session.RECIPE, session.DATASETS)]

    app.segmented_control(key=session.TRAINING_VIEW).set_value("Runs").run()
    app.segmented_control(key=session.TRAINING_VIEW).set_value("New run").run()

    assert [app.session_state[key] for key in (session.RECIPE, session.DATASETS)] == before
    assert next(box for box in app.selectbox if box.label == "Recipe").value == "second-reader"
    assert app.multiselect(key=session.DATASETS + session.BOX).value == []
    assert app.number_input(key=key_of("epochs")).value == 16
