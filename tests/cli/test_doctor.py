import sqlite3
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from seg_core.cli.doctor import Finding, doctor, examine, finding_line
from seg_core.settings import Settings
from tests.models.released import make_released


def findings(settings: Settings) -> dict[str, Finding]:
    return {finding.name: finding for finding in examine(settings)}


def test_everything_that_the_design_names_is_looked_at(settings: Settings) -> None:
    make_released(settings.models)

    assert list(findings(settings)) == [
        "python",
        "processor",
        "memory",
        "gpu",
        "openvino",
        "tensorflow",
        "chromium",
        "model paper-unet/1",
        "data roots",
        "workspace",
        "store",
    ]


def test_a_missing_thing_says_what_to_type() -> None:
    missing = Finding("chromium", False, "not found", "Type `apt-get install chromium`.")

    assert finding_line(missing) == "-- chromium: not found. Type `apt-get install chromium`."


def test_a_needed_thing_that_is_missing_stands_out() -> None:
    assert finding_line(Finding("models", False, "none", needed=True)) == "!! models: none"


def test_a_changed_model_is_found(settings: Settings) -> None:
    model = make_released(settings.models)
    (model.folder / "network.xml").write_bytes(b"changed")

    found = findings(settings)["model paper-unet/1"]

    assert not found.there
    assert "network.xml: expected SHA-256" in found.found


def test_no_model_at_all_says_how_to_make_one(settings: Settings) -> None:
    found = findings(settings)["models"]

    assert found.needed
    assert not found.there
    assert "python -m seg_core release" in found.do


def test_a_whole_store_is_said_to_be_whole(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    connection = sqlite3.connect(settings.database)
    connection.execute("CREATE TABLE t (x)")
    connection.close()

    assert findings(settings)["store"].found.endswith("whole")


def test_a_damaged_store_is_found(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    settings.database.write_bytes(b"no database at all" * 100)

    assert not findings(settings)["store"].there


def test_a_browser_that_is_missing_says_what_to_type(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")

    assert "apt-get install chromium" in findings(settings)["chromium"].do


def test_looking_makes_no_folder_and_imports_no_tensorflow(settings: Settings) -> None:
    before = "tensorflow" in sys.modules

    findings(settings)

    assert not settings.home.exists()
    assert ("tensorflow" in sys.modules) == before


def test_something_broken_exits_3(tmp_path: Path) -> None:
    from seg_core.settings import load_settings

    model = make_released(load_settings().models)
    (model.folder / "network.xml").write_bytes(b"changed")
    app = typer.Typer()
    app.command()(doctor)

    result = CliRunner().invoke(app, [])

    assert result.exit_code == 3
    assert "Missing or broken: model paper-unet/1." in result.output
