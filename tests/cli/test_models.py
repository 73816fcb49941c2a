import typer
from typer.testing import CliRunner, Result

from seg_core.cli.models import models
from seg_core.settings import load_settings
from tests.models.released import make_released


def run(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(models)
    return CliRunner().invoke(app, list(arguments))


def test_released_models_are_listed_a_line_each() -> None:
    make_released(load_settings().models, name="mine")

    result = run()

    assert result.exit_code == 0
    assert "mine/1: resize 64 x 64; channels pre-contrast, FLAIR, post-contrast" in result.output
    assert "pixel threshold 0.5, confidence 0.98;" in result.output


def test_a_name_prints_its_card() -> None:
    make_released(load_settings().models, name="mine")

    assert "# mine, version 1" in run("mine").output


def test_check_says_that_checksums_hold() -> None:
    make_released(load_settings().models, name="mine")

    assert "checksums hold" in run("--check").output


def test_a_changed_model_exits_3_and_is_named() -> None:
    model = make_released(load_settings().models, name="mine")
    (model.folder / "network.bin").write_bytes(b"changed")

    result = run("--check")

    assert result.exit_code == 3
    assert "network.bin: expected SHA-256" in result.output


def test_a_broken_card_exits_3_and_the_others_are_listed() -> None:
    make_released(load_settings().models, name="mine")
    broken = make_released(load_settings().models, name="broken")
    (broken.folder / "card.json").write_text("{}")

    result = run()

    assert result.exit_code == 3
    assert "mine/1" in result.output
    assert "broken/1/card.json: expected a card of format 1" in result.output.replace("\n", "")
