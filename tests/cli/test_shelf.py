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
