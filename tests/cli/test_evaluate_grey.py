"""`evaluate` on images by class, as it is typed: recognised, measured, named what is bad."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from seg_core.cli.app import build_app
from seg_core.errors import NothingToRead
from seg_core.evaluation.grey_stored import read_grey
from seg_core.settings import load_settings
from tests.evaluation.made_grey import make_grey_set
from tests.inference.networks import make_mean_network


@pytest.fixture(autouse=True)
def model() -> None:
    """A released network whose probability is how bright it is."""
    make_mean_network(load_settings().home)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(build_app(), ["evaluate", "paper-unet/1", *map(str, arguments)])


def test_a_folder_of_classes_is_known_by_its_shape(tmp_path: Path) -> None:
    data, out = make_grey_set(tmp_path / "grey", 3), tmp_path / "out"

    result = run("--data", data, "--out", out)

    assert result.exit_code == 0, result.output
    assert "images with a mask" in result.output
    said = " ".join(result.output.split())
    assert "Of 3 images of notumor (3 different pictures)" in said
    assert "1 gets a mask at the pixel threshold 0.5" in said
    assert "Confidence is not calibrated" in said
    stored = read_grey(out)
    assert stored.evaluation.subject == "paper-unet/1"
    assert stored.evaluation.engine == "openvino f32 on CPU"
    assert [one.mask_px > 0 for one in stored.images] == [True, True, True, True, False, False]
    assert not (out / "progress.json").exists()


def test_bad_files_are_named_and_the_exit_code_says_so(tmp_path: Path) -> None:
    data = make_grey_set(tmp_path / "grey", 1)
    (data / "glioma" / "bad.jpg").write_bytes(b"\xff\xd8\xff broken")

    result = run("--data", data, "--out", tmp_path / "out", "--quiet")

    assert result.exit_code == 3
    assert "skipped glioma/bad.jpg: expected a whole JPEG" in result.output
    assert (tmp_path / "out" / "report.html").is_file()


def test_classes_of_other_names_need_the_option(tmp_path: Path) -> None:
    data = make_grey_set(tmp_path / "grey", 1, ("sick", "healthy"))

    result = run("--data", data, "--out", tmp_path / "out", "--by-class")

    assert result.exit_code == 0, result.output
    assert read_grey(tmp_path / "out").evaluation.classes == ("sick", "healthy")


def test_a_folder_without_any_image_can_not_be_read(tmp_path: Path) -> None:
    result = run("--data", tmp_path, "--out", tmp_path / "out", "--by-class")

    assert isinstance(result.exception, NothingToRead)
