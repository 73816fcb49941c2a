"""A small run becomes a released model that reads studies."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from seg_core.cli.evaluate_patients import evaluate_patients
from seg_core.data.phantom import write_phantom
from seg_core.errors import ModelError, RunError, SplitError
from seg_core.evaluation.html_report import cautions
from seg_core.evaluation.progress import read_progress
from seg_core.evaluation.stored import read_evaluation, read_figures
from seg_core.inference import make_engine, reading_notes, segment_study
from seg_core.models import find_model, verify
from seg_core.models.card_files import write_card
from seg_core.models.file_names import SEEN_SLICES
from seg_core.models.next_version import next_version
from seg_core.models.registry import open_model
from seg_core.models.seen import seen_by
from seg_core.readers import find_studies
from seg_core.settings import Settings
from seg_core.training.add_digests import add_digests_next
from seg_core.training.judge import under_test
from seg_core.training.judge_model import judge_model
from seg_core.training.release import release
from seg_core.training.run_folder import RunFolder
from seg_core.training.worker import train


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    return Settings(home=folder, shipped_models=folder / "none")


@pytest.fixture(scope="module")
def run(home, phantoms, small):
    return train([phantoms], small, home, "run")


@pytest.fixture(scope="module")
def model(run, home):
    return release(run, "small", home.models)


def test_a_released_model_is_whole_and_found_by_its_name(model, home):
    assert find_model(home, "small").folder == model.folder
    verify(model)
    assert not list(home.models.glob("small/.*"))


def test_every_figure_of_the_card_traces_to_an_evaluation_in_its_folder(model):
    for figure in model.card.measured:
        stored = json.loads((model.folder / figure.source / "figures.json").read_text())
        values = {row["name"]: row["value"] for row in stored["figures"]}
        assert values[figure.name] == figure.value


def test_the_card_names_who_was_seen_and_who_judged(model, run):
    split = run.split()

    assert set(model.card.data.seen) == {*split.train, *split.validation}
    assert model.card.data.parts == {"train": 2, "validation": 1, "test": 1}
    assert model.card.data.split_fingerprint == split.fingerprint


def test_two_training_patients_do_not_say_what_is_usual(model):
    assert model.card.usual == ()


def test_releasing_again_makes_the_next_version(model, run, home):
    assert release(run, "small", home.models).version == str(int(model.version) + 1)


def test_a_model_carries_figures_and_no_patients_pictures(model, run, home):
    of_run = run.path / "evaluation" / "validation"
    (of_run / "panels").mkdir()
    for name in ("panels/1.png", "panels.csv", "report.html"):
        (of_run / name).touch()

    folder = release(run, "pictured", home.models).folder / "evaluation" / "validation"

    tables = {"figures.csv", "patients.csv", "regions.csv", "slices.csv", "thresholds.csv"}
    left = {"figures.json", *tables}
    assert {path.name for path in folder.iterdir()} == left
    assert not (of_run / "report.html").exists()  # it told of the figures before


def test_a_card_claims_no_data_set_that_nobody_named(model, phantoms):
    data = model.card.data
    assert (data.name, data.source, data.licence) == (
        f"folder {phantoms.name}", "not stated", "not stated",
    )  # fmt: skip
    assert "lower-grade glioma" not in " ".join(model.card.not_for)


def test_the_exported_network_sees_what_the_run_saw(model, run, phantoms):
    engine = make_engine("openvino")
    engine.load(model)
    tested = under_test(run)
    group = tested.patients[0]
    inputs = group.frame.to_network(group.slices)

    assert np.abs(engine.predict(inputs) - tested.predict(inputs)).max() < 0.005


def test_a_released_model_reads_a_study(model, phantoms):
    study = find_studies(phantoms)[0].open()
    reading = segment_study(study, model, make_engine("openvino"))

    assert reading.probability.shape == study.slices.shape[:3]
    assert reading.model_name == "small"


def test_a_model_is_measured_only_on_patients_it_never_saw(model, phantoms, run):
    measured = judge_model(model, make_engine("openvino"), [phantoms]).measured

    assert {patient.patient for patient in measured} == set(run.split().test)


def renamed(patient, new):
    """A copy of a patient's folder under another name, as PNG and without its first slice."""
    new.mkdir(parents=True)
    for path in sorted(patient.glob("*.tif")):
        number = path.stem.removeprefix(patient.name)
        if not number.startswith("_1"):
            Image.open(path).save(new / f"{new.name}{number}.png")
    return new


def test_a_renamed_copy_of_a_training_patient_is_not_measured_as_never_seen(
    model, phantoms, run, tmp_path
):
    data = shutil.copytree(phantoms, tmp_path / "data")
    whose = run.split().train[0]
    renamed(data / whose, data / "STRANGER")

    judged = judge_model(model, make_engine("openvino"), [data])

    assert {patient.patient for patient in judged.measured} == set(run.split().test)
    assert judged.evaluation.part == "patients never seen"
    (lost,) = judged.evaluation.left_out
    assert lost.file == "STRANGER"
    assert f"found slices of {whose}, a patient of its training" in lost.reason
    everybody = judge_model(model, make_engine("openvino"), [data], seen_too=True)
    assert "STRANGER" in {patient.patient for patient in everybody.measured}


def test_somebody_else_under_a_training_patients_name_is_named(model, phantoms, run, tmp_path):
    data = shutil.copytree(phantoms, tmp_path / "data")
    whose = run.split().train[0]
    shutil.rmtree(data / whose)
    (stranger,) = write_phantom(tmp_path / "strangers", 1, 2, seed=99)
    renamed(stranger, data / whose)

    judged = judge_model(model, make_engine("openvino"), [data])

    assert {patient.patient for patient in judged.measured} == set(run.split().test)
    (lost,) = judged.evaluation.left_out
    assert lost.file == whose
    assert "other slices under the name of one of its patients" in lost.reason


def test_a_card_without_digests_says_that_names_alone_were_compared(model, phantoms, tmp_path):
    data = model.card.data.model_copy(update={"seen_slices": 0})
    older = replace(model, card=model.card.model_copy(update={"data": data}))
    whose = model.card.data.seen[0]
    renamed(phantoms / whose, tmp_path / "STRANGER")

    evaluation = judge_model(older, make_engine("openvino"), [tmp_path]).evaluation

    assert evaluation.part == "patients never seen, by name alone"
    (caution,) = cautions(evaluation)
    assert "a training patient under another name passes for one never seen" in caution


def test_a_renamed_copy_gets_the_note_of_a_training_patient(model, phantoms, tmp_path):
    whose = model.card.data.seen[0]
    (source,) = find_studies(renamed(phantoms / whose, tmp_path / "STRANGER"))

    notes = {note.kind: note.reason for note in reading_notes(source.open(), model)}

    assert f"learnt from these slices, called {whose}" in notes["training patient"]


def test_digests_added_later_are_those_of_a_release(model, phantoms, tmp_path):
    home = Settings(home=tmp_path / "home", shipped_models=tmp_path / "none")
    older = release_of_before(model, home)

    made = add_digests_next(home, older, [phantoms])

    assert made.version == str(int(older.version) + 1)
    assert seen_by(made) == seen_by(model)
    verify(made)
    assert not seen_by(older).by_pixels


def test_digests_want_every_patient_of_the_training(model, phantoms, tmp_path):
    home = Settings(home=tmp_path / "home", shipped_models=tmp_path / "none")
    older = release_of_before(model, home)
    gone, *_ = model.card.data.seen
    data = shutil.copytree(phantoms, tmp_path / "data")
    shutil.rmtree(data / gone)

    with pytest.raises(ModelError, match=f"found none of 1 of them \\({gone}\\)"):
        add_digests_next(home, older, [data])
    assert next_version(home, "small") == str(int(older.version) + 1)


def release_of_before(model, home):
    """A copy of the model under `home`, without its digests."""
    folder = shutil.copytree(model.folder, home.models / model.name / model.version)
    (folder / SEEN_SLICES).unlink()
    data = model.card.data.model_copy(update={"seen_slices": 0})
    write_card(folder, model.card.model_copy(update={"data": data}))
    return open_model(folder)


def test_a_model_without_unseen_patients_is_not_measured(model, phantoms, tmp_path):
    seen = tmp_path / "seen"
    seen.mkdir()
    name = model.card.data.seen[0]
    shutil.copytree(phantoms / name, seen / name)

    with pytest.raises(SplitError, match="found none"):
        judge_model(model, make_engine("openvino"), [seen])


def test_a_training_patient_in_two_data_sets_stops_no_measurement(model, phantoms, run, tmp_path):
    whose = run.split().train[0]
    other = shutil.copytree(phantoms / whose, tmp_path / "other" / whose)
    for file in sorted(other.iterdir())[:2]:  # a slice and its mask
        file.unlink()

    judged = judge_model(model, make_engine("openvino"), [phantoms, tmp_path / "other"])

    assert {patient.patient for patient in judged.measured} == set(run.split().test)


def test_two_patients_of_one_name_are_not_measured_as_one(model, phantoms, run, tmp_path):
    (name,) = run.split().test
    other = tmp_path / "other"
    shutil.copytree(phantoms / name, other / name)

    judged = judge_model(model, make_engine("openvino"), [phantoms, other])  # the very same: once
    assert [patient.patient for patient in judged.measured] == [name]

    next(path for path in (other / name).glob("*.tif") if "mask" not in path.name).unlink()
    with pytest.raises(SplitError, match="found two with other slices"):
        judge_model(model, make_engine("openvino"), [phantoms, other])


def test_a_run_that_still_trains_is_not_released(run, home, monkeypatch):
    from seg_core.training.run_folder import RunStatus

    monkeypatch.setattr(RunFolder, "status", lambda _: RunStatus("training"))
    with pytest.raises(RunError, match="Stop it first"):
        release(run, "small", home.models)


def test_a_name_that_would_be_a_path_is_refused_before_anything_is_made(run, home):
    before = sorted(home.home.rglob("*"))

    with pytest.raises(ModelError, match="expected small letters, digits"):
        release(run, "../outside/my-model", home.models)

    assert sorted(home.home.rglob("*")) == before


def test_train_evaluate_and_release_from_the_command_line(phantoms, small, tmp_path):
    environment = {**os.environ, "SECOND_READER_HOME": str(tmp_path / "home")}

    def type_in(*words):
        command = [sys.executable, "-m", "seg_core", *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True)

    changes = {"epochs": 1, "steps_per_epoch": 1, "network.size": 32, "network.filters": 2,
               "network.depth": 1, "split.validation": 0.25, "split.test": 0.25}  # fmt: skip
    settings = [word for name, value in changes.items() for word in ("--set", f"{name}={value}")]
    trained = type_in("train", "--data", str(phantoms), "--run-id", "one", *settings)
    assert trained.returncode == 0, trained.stderr[-2000:]

    evaluated = type_in(
        "evaluate", "one", "--data", str(phantoms), "--out", str(tmp_path / "evaluation")
    )
    assert evaluated.returncode == 0, evaluated.stderr[-2000:]
    assert "F1 over all pixels" in evaluated.stdout
    assert (tmp_path / "evaluation" / "slices.csv").is_file()
    assert (tmp_path / "evaluation" / "report.html").is_file()

    wrong = type_in("train", "--data", str(phantoms), "--set", "epochs=0")
    assert wrong.returncode == 2
    assert "epochs" in wrong.stderr


def test_what_cannot_be_read_is_named_and_ends_evaluate_with_3(
    model, run, home, phantoms, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("SECOND_READER_HOME", str(home.home))
    data = shutil.copytree(phantoms, tmp_path / "data")
    name = run.split().test[0]
    damaged = next(p for p in (data / name).iterdir() if not p.stem.endswith("mask"))
    damaged.write_bytes(b"no image")
    (data / "EMPTY_1").mkdir()
    (data / "EMPTY_1" / "EMPTY_1_1.tif").write_bytes(b"no image")

    code = evaluate_patients("small", [data], tmp_path / "out", part="test", seen_too=False,
                             engine="openvino", quiet=True)  # fmt: skip

    assert code == 3
    left_out = read_figures(tmp_path / "out").left_out
    assert {one.file for one in left_out} == {f"{name}/{damaged.name}", "EMPTY_1"}
    assert f"left out {name}/{damaged.name}: expected" in capsys.readouterr().err
    assert read_progress(tmp_path / "out") is None


def test_a_model_is_measured_again_on_the_patients_that_chose_its_thresholds(
    model, run, phantoms, tmp_path
):
    steps = []
    engine = make_engine("openvino")
    judged = judge_model(model, engine, [phantoms], validation=True, on_step=steps.append)

    assert {p.patient for p in judged.measured} == set(run.split().validation)
    assert judged.evaluation.part == "validation"
    assert judged.evaluation.left_out == ()
    assert (steps[-1].done, steps[-1].of) == (1, 1)
    stored = read_evaluation(model.folder / "evaluation" / "validation")
    assert [one.file for one in judged.measured[0].slices] == [
        one.file for one in stored.patients[0].slices
    ]

    name = run.split().test[0]
    shutil.copytree(phantoms / name, tmp_path / name)
    with pytest.raises(SplitError, match="expected its validation patients in the data"):
        judge_model(model, engine, [tmp_path], validation=True)


def test_patients_that_the_data_no_longer_holds_are_named(run, phantoms, tmp_path):
    gone = run.split().validation[0]
    for folder in phantoms.iterdir():
        if folder.name not in (gone, run.split().train[0]):
            shutil.copytree(folder, tmp_path / folder.name)

    evaluation, _ = under_test(run, [tmp_path]).evaluate("test")

    assert evaluation.left_out == ()  # they are of other parts
    with pytest.raises(SplitError, match="expected slices in 'validation'"):
        under_test(run, [tmp_path]).evaluate("validation")
