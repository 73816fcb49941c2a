import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pydicom
import pytest
import typer
from typer.testing import CliRunner, Result

from seg_core.cli.segment import progress_bars, segment
from seg_core.errors import InputError
from seg_core.settings import PROJECT, load_settings
from tests.inference.networks import make_mean_network
from tests.inference.test_dicom_segmentation import series
from tests.inference.test_many_studies import write_patient


@pytest.fixture
def patients(tmp_path: Path) -> Path:
    for name in ("TCGA_AA_1", "TCGA_AA_2"):
        write_patient(tmp_path / "patients", name)
    return tmp_path / "patients"


@pytest.fixture(autouse=True)
def released() -> None:
    """A network of one line in the workspace; it goes before the shipped models by its name."""
    make_mean_network(load_settings().home, name="mean")


def run(*arguments: str | Path) -> Result:
    app = typer.Typer()
    app.command()(segment)
    return CliRunner().invoke(app, [*map(str, arguments), "--model", "mean"])


def test_a_folder_of_patients_is_written_and_told_a_line_each(
    patients: Path, tmp_path: Path
) -> None:
    result = run(patients, "--out", tmp_path / "out", "--engine", "openvino")

    assert result.exit_code == 0, result.output
    assert "TCGA_AA_1: 3 slices, mean/1, confidence not calibrated" in result.output
    assert "2 studies, 6 slices in" in result.output
    assert "Research use only. Not for diagnosis." in result.output
    summary = json.loads((tmp_path / "out/TCGA_AA_1/summary.json").read_text())
    assert summary["engine"]["name"] == "openvino"
    assert summary["truth"]["dice"] > 0.9


def test_a_zip_is_read_like_a_folder(patients: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "patient.zip", "w") as archive:
        for path in (patients / "TCGA_AA_1").iterdir():
            archive.write(path, f"TCGA_AA_1/{path.name}")

    result = run(tmp_path / "patient.zip", "--out", tmp_path / "out")

    assert result.exit_code == 0, result.output
    assert len(list((tmp_path / "out").rglob("*_mask.tif"))) == 3


def test_some_unreadable_inputs_exit_3_and_the_rest_is_written(
    patients: Path, tmp_path: Path
) -> None:
    (patients / "TCGA_AA_1" / "TCGA_AA_1_2.tif").write_bytes(b"no image")

    result = run(patients, "--out", tmp_path / "out")

    assert result.exit_code == 3
    assert "TCGA_AA_1: skipped TCGA_AA_1_2.tif: " in result.output
    assert len(list((tmp_path / "out/TCGA_AA_1/masks").iterdir())) == 2
    assert len(list((tmp_path / "out/TCGA_AA_2/masks").iterdir())) == 3


def test_a_study_that_cannot_be_written_exits_3_and_the_next_one_is(
    patients: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seg_core.inference import many_studies as module

    really = module.write_reading

    def full_disk_at_first(study, *given, **named):
        if study.name == "TCGA_AA_1":
            raise InputError("TCGA_AA_1", expected="room", found="a full disk", do="Free some.")
        return really(study, *given, **named)

    monkeypatch.setattr(module, "write_reading", full_disk_at_first)
    result = run(patients, "--out", tmp_path / "out")

    assert result.exit_code == 3
    assert "expected room, found a full disk" in result.output
    assert len(list((tmp_path / "out/TCGA_AA_2/masks").iterdir())) == 3


def test_a_dicom_mask_is_written_where_it_is_asked_for(tmp_path: Path) -> None:
    series(tmp_path / "in" / "series")
    run(tmp_path / "in", "--out", tmp_path / "without")
    result = run(tmp_path / "in", "--out", tmp_path / "with", "--dicom")

    assert result.exit_code == 0, result.output
    assert not list((tmp_path / "without").rglob("*.dcm"))
    (mask,) = (tmp_path / "with").rglob("mask.dcm")
    assert pydicom.dcmread(mask).Modality == "SEG"


def test_a_dicom_mask_that_cannot_be_made_exits_3_with_the_reading_there(
    patients: Path, tmp_path: Path
) -> None:
    result = run(patients / "TCGA_AA_1", "--out", tmp_path / "out", "--dicom")

    assert result.exit_code == 3
    assert "mask.dcm: expected a DICOM series, found files of another kind" in result.output
    assert (tmp_path / "out/TCGA_AA_1/summary.json").is_file()


def test_nothing_readable_exits_4(tmp_path: Path) -> None:
    (tmp_path / "note.tif").write_text("no image")

    result = run(tmp_path / "note.tif", "--out", tmp_path / "out")

    assert result.exit_code == 4
    assert "note.tif" in result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--pixel-threshold", "1.5"], "or equal to"),
        (["--engine", "abacus"], "expected one of auto, openvino, tensorflow, received 'abacus'"),
        (["--precision", "int4"], "expected one of auto, f32, bf16, int8, received 'int4'"),
        (["--batch", "0"], "or equal to"),
    ],
)
def test_wrong_use_exits_2_and_says_why(
    patients: Path, tmp_path: Path, arguments: list[str], message: str
) -> None:
    result = run(patients, "--out", tmp_path / "out", *arguments)

    assert result.exit_code == 2
    assert message in result.output


def test_an_input_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    assert run(tmp_path / "none", "--out", tmp_path / "out").exit_code == 2


def test_stopped_by_the_user_exits_130_and_keeps_what_is_finished(
    patients: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seg_core.inference import many_studies as module

    really = module.segment_study

    def stopped_at_second(study, *given, **named):
        if study.name == "TCGA_AA_2":
            raise KeyboardInterrupt
        return really(study, *given, **named)

    monkeypatch.setattr(module, "segment_study", stopped_at_second)

    result = run(patients, "--out", tmp_path / "out")

    assert result.exit_code == 130
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["TCGA_AA_1"]
    assert "1 study, 3 slices" in result.output


def test_quiet_says_nothing(patients: Path, tmp_path: Path) -> None:
    assert run(patients, "--out", tmp_path / "out", "--quiet").output == ""


def test_progress_is_off_on_a_pipe() -> None:
    with progress_bars(quiet=False) as on_step:  # pytest's error stream is no terminal
        assert on_step is None


def test_progress_on_a_terminal_names_the_study_as_it_is_called(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from seg_core.inference import Step

    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")

    with progress_bars(quiet=False) as on_step:
        assert on_step is not None
        on_step(Step("[red]STUDY", number=1, studies=2, done=3, slices=10))

    shown = capsys.readouterr().err
    assert "[red]STUDY" in shown
    assert "3/10" in shown


def test_openvino_segments_without_tensorflow_keras_or_jax(patients: Path, tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from seg_core.cli.segment import carry_out
from seg_core.inference import Request
early = {{"openvino", "tensorflow", "keras", "jax", "sklearn"}} & set(sys.modules)
assert not early, f"imported with the command: {{early}}"
request = Request(model="mean", engine="openvino")
assert carry_out(Path({str(patients)!r}), Path({str(tmp_path / "out")!r}), request, quiet=True) == 0
late = {{"tensorflow", "keras", "jax", "sklearn"}} & set(sys.modules)
assert not late, f"imported while segmenting: {{late}}"
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
