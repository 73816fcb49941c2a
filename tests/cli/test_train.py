"""The commands of runs, from the outside."""

import os
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner

from seg_core.cli.train import runs
from tests.pages.runs import make_run


def test_a_damaged_run_is_listed_as_such_and_hides_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECOND_READER_HOME", str(tmp_path))
    make_run(tmp_path / "runs", "20260101-whole", 2)
    bad = make_run(tmp_path / "runs", "20260102-damaged", 1)
    (bad.path / "recipe.json").write_text("{")
    app = Typer()
    app.command()(runs)

    found = CliRunner().invoke(app, [])

    assert found.exit_code == 0
    assert "20260101-whole" in found.stdout
    assert "damaged" in found.stdout.split("20260102-damaged")[1]


def test_the_run_that_began_last_is_listed_first_with_its_whole_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECOND_READER_HOME", str(tmp_path))
    for began, name in enumerate(("zebra", "a" * 80, "middle"), start=1):
        recipe = make_run(tmp_path / "runs", name, 1, reason="two\nlines").path / "recipe.json"
        os.utime(recipe, (began, began))
    app = Typer()
    app.command()(runs)

    found = CliRunner().invoke(app, [])

    listed = [line.split()[0] for line in found.stdout.splitlines()[1:]]
    assert listed == ["middle", "a" * 80, "zebra"]
