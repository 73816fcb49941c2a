"""An empty text is no path and no name, whichever command it is given to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from seg_core.cli.app import build_app
from seg_core.cli.no_empty_text import FAULT


def taking_text() -> list[tuple[str, ...]]:
    """Each command's every option and argument that takes more than a flag, as typed when empty."""

    def of(command: Any, words: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
        if hasattr(command, "commands"):
            below = command.commands.items()
            return [one for name, sub in below for one in of(sub, (*words, name))]
        taken = [p for p in command.params if not getattr(p, "is_flag", False) and p.default != ""]
        named = {p.opts[0] if p.param_type_name == "option" else "" for p in taken}
        return [(*words, name, "") if name else (*words, "") for name in sorted(named - {"--help"})]

    return of(get_command(build_app()))


@pytest.mark.parametrize("words", taking_text(), ids=" ".join)
def test_an_empty_text_is_wrong_use(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    result = CliRunner().invoke(build_app(), list(words))

    assert result.exit_code == 2
    assert "found an empty" in result.output
    assert list(tmp_path.iterdir()) == []


def test_an_empty_path_says_how_the_current_folder_is_named() -> None:
    result = CliRunner().invoke(build_app(), ["train", "--data="])

    said = " ".join(result.output.replace("│", " ").split())
    assert f"Invalid value for '--data': {FAULT}" in said


def test_a_note_may_be_empty(tmp_path: Path) -> None:
    words = ["release", "nothing", "--name", "model", "--summary", ""]

    result = CliRunner().invoke(build_app(), words)

    assert "found an empty" not in result.output
    assert "nothing" in str(result.exception)
