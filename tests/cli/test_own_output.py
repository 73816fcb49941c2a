"""Commands that write only where nothing but their own lies."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from seg_core.cli.app import build_app
from seg_core.errors import InputError
from seg_core.settings import load_settings
from tests.evaluation.made_grey import make_grey_set
from tests.inference.networks import make_mean_network


def run(*arguments: object) -> Result:
    return CliRunner().invoke(build_app(), [str(word) for word in arguments])


@pytest.mark.parametrize("kind", ["patients", "classes", "crossvalidate", "phantom", "folds"])
def test_a_command_writes_beside_nothing_foreign(
    phantom_dir: Path, tmp_path: Path, kind: str
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("mine")
    grey = make_grey_set(tmp_path / "grey", 1)
    file = out / "thesis.txt" if kind == "folds" else out
    words: dict[str, tuple[object, ...]] = {
        "patients": ("evaluate", "mean", "--data", phantom_dir),
        "classes": ("evaluate", "mean", "--data", grey),
        "crossvalidate": ("crossvalidate", "run"),
        "phantom": ("data", "phantom"),
        "folds": ("data", "folds", phantom_dir),
    }

    result = run(*words[kind], "--out", file)

    assert isinstance(result.exception, InputError)
    assert "Give another --out." in str(result.exception)
    assert [path.read_text() for path in out.iterdir()] == ["mine"]


def test_the_same_command_is_repeated_over_its_own_output(
    phantom_dir: Path, tmp_path: Path
) -> None:
    make_mean_network(load_settings().home, name="mean")
    grey = make_grey_set(tmp_path / "grey", 1)
    some = {"--patients": 2, "--slices": 2, "--out": tmp_path / "phantoms"}
    commands: list[tuple[object, ...]] = [
        ("evaluate", "mean", "--data", phantom_dir, "--out", tmp_path / "figures"),
        ("evaluate", "mean", "--data", grey, "--out", tmp_path / "by class"),
        ("data", "phantom", *(word for pair in some.items() for word in pair)),
        ("data", "folds", phantom_dir, "--folds", 2, "--out", tmp_path / "folds.json"),
    ]

    for command in commands * 2:
        result = run(*command)
        assert result.exit_code == 0, result.output
