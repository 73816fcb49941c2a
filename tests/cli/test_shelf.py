import shutil
from dataclasses import replace
from pathlib import Path

from typer.testing import CliRunner

from seg_core.cli.shelf import shelf_app
from seg_core.settings import load_settings
from seg_core.store import ReadingRoom, StudyShelf


def test_studies_are_put_on_the_worklist_in_the_list_that_is_named(phantom_dir: Path) -> None:
    result = CliRunner().invoke(shelf_app, ["add", str(phantom_dir), "--list", "Teaching"])

    assert result.exit_code == 0, result.output
    lists = ReadingRoom(StudyShelf(load_settings()).store).lists()
    assert [(one.name, one.mode, one.studies) for one in lists] == [
        ("Main", "first", 0),
        ("Teaching", "first", 2),
    ]


def test_it_is_said_that_no_study_waits_for_a_model() -> None:
    result = CliRunner().invoke(shelf_app, ["segment"])

    assert (result.exit_code, result.output) == (0, "No study waits for a model.\n")
    assert CliRunner().invoke(shelf_app, ["segment", "--quiet"]).output == ""


def test_a_study_is_removed_by_its_name_once_that_is_confirmed(phantom_dir: Path) -> None:
    CliRunner().invoke(shelf_app, ["add", str(phantom_dir)])
    shelf = StudyShelf(load_settings())
    goes, stays = shelf.recent(9)

    refused = CliRunner().invoke(shelf_app, ["remove", goes.name], input="n\n")
    assert (refused.exit_code, shelf.count()) == (1, 2)
    done = CliRunner().invoke(shelf_app, ["remove", goes.name], input="y\n")

    assert done.exit_code == 0, done.output
    assert f"{goes.name}, {goes.slices} slices: delete it?" in done.output
    assert [row.id for row in shelf.recent(9)] == [stays.id]


def test_of_studies_of_one_name_each_is_removed_by_its_id(phantom_dir: Path) -> None:
    shelf = StudyShelf(load_settings())
    CliRunner().invoke(shelf_app, ["add", str(phantom_dir)])
    first = shelf.recent(1)[0]
    study = shelf.open(first.id)
    second = shelf.add(replace(study, slices=study.slices[::-1].copy()))

    several = CliRunner().invoke(shelf_app, ["remove", first.name, "nonsense", "--yes"])

    assert several.exit_code == 4
    assert "found 2 of that name" in several.output
    assert first.id in several.output
    assert "'nonsense': expected one on the worklist, found none" in several.output
    assert CliRunner().invoke(shelf_app, ["remove", second, "--yes"]).exit_code == 0
    assert [row.id for row in shelf.called(first.name)] == [first.id]


def test_slices_that_cannot_be_read_are_named_and_the_others_are_put_there(
    phantom_dir: Path, tmp_path: Path
) -> None:
    data = shutil.copytree(phantom_dir, tmp_path / "data")
    patient = next(path for path in sorted(data.iterdir()) if path.is_dir())
    (patient / f"{patient.name}_99.tif").write_bytes(b"")

    result = CliRunner().invoke(shelf_app, ["add", str(data)])

    assert result.exit_code == 3
    assert f"{patient.name}_99.tif: expected a TIFF, PNG or JPEG image" in result.output
    assert StudyShelf(load_settings()).count() == 2
