"""Which evaluations of images by class there are, and where new ones go."""

import shutil

import pytest

from seg_core.evaluation.finished import list_finished
from seg_core.evaluation.grey_files import list_grey_files
from seg_core.evaluation.grey_finished import (
    grey_command,
    grey_folder_for_model,
    grey_folder_for_run,
    list_grey,
)
from seg_core.evaluation.grey_report import write_grey_report
from tests.evaluation.made_grey import bright_subject, make_grey_set
from tests.models.released import make_released


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    data = make_grey_set(tmp_path_factory.mktemp("data"), 1)
    folder = tmp_path_factory.mktemp("made")
    write_grey_report(folder, list_grey_files([data]), bright_subject(), [data])
    return folder


def test_those_of_runs_and_models_are_listed_and_damaged_ones_named(settings, made, tmp_path):
    model = make_released(settings.shipped_models)
    data = tmp_path / "grey"
    of_model = grey_folder_for_model(settings, model, [data])
    of_run = grey_folder_for_run(settings, "run-1", [data])
    shipped = model.folder / "evaluation" / "grey"
    for folder in (of_model, of_run, shipped):
        shutil.copytree(made, folder)
    (of_run / "grey.json").write_text("{")

    found, refused = list_grey(settings)

    assert {(one.subject, one.folder) for one in found} == {
        ("paper-unet/1", of_model), ("paper-unet/1", shipped),
    }  # fmt: skip
    assert [one.file for one in refused] == [str(of_run)]
    assert list_finished(settings) == ([], [])


def test_sets_of_one_name_in_two_places_do_not_overwrite_each_other(settings, tmp_path):
    places = {
        grey_folder_for_run(settings, "run-1", [tmp_path / parent / "grey"]) for parent in "ab"
    }

    assert len(places) == 2


def test_the_command_says_that_the_images_are_by_class(tmp_path):
    command = grey_command("paper-unet/1", [tmp_path / "grey"], tmp_path / "out")

    assert command[1:] == [
        "-m", "seg_core", "evaluate", "paper-unet/1", "--out", str(tmp_path / "out"),
        "--data", str(tmp_path / "grey"), "--by-class",
    ]  # fmt: skip
