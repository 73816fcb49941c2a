from pathlib import Path

import pytest
from typer.testing import CliRunner

from seg_core.cli.data import data_app
from seg_core.data import lgg
from seg_core.data.folds import read_protocol
from seg_core.errors import NothingToRead
from tests.readers.made import patient


def test_phantom_then_check_finds_it_whole(tmp_path: Path) -> None:
    made = CliRunner().invoke(
        data_app, ["phantom", "--out", str(tmp_path), "--patients", "1", "--slices", "2"]
    )
    checked = CliRunner().invoke(data_app, ["check", str(tmp_path)])

    assert (made.exit_code, checked.exit_code) == (0, 0)
    assert "1 phantom patients of 2 slices" in made.output
    assert "1 patients, 2 slices" in checked.output


def test_check_exits_3_when_some_files_cannot_be_read(tmp_path: Path) -> None:
    folder = patient(tmp_path / "p")
    (folder / "p_9.tif").write_bytes(b"")

    result = CliRunner().invoke(data_app, ["check", str(tmp_path)])

    assert result.exit_code == 3
    assert "p/p_9.tif: expected a TIFF, PNG or JPEG image, found an empty file" in result.output


def test_check_of_an_empty_folder_is_nothing_to_read(tmp_path: Path) -> None:
    result = CliRunner().invoke(data_app, ["check", str(tmp_path)])

    assert isinstance(result.exception, NothingToRead)


def test_check_writes_the_report_where_asked(tmp_path: Path) -> None:
    patient(tmp_path / "set" / "p")

    result = CliRunner().invoke(
        data_app, ["check", str(tmp_path / "set"), "--out", str(tmp_path / "out"), "--quiet"]
    )

    assert (result.exit_code, result.output) == (0, "")
    assert (tmp_path / "out" / "report.json").exists()


def test_an_incomplete_lgg_set_exits_3_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient(tmp_path / "cache" / "TCGA_CS_0001_20000101")
    monkeypatch.setattr(lgg, "_kagglehub_download", lambda handle: str(tmp_path / "cache"))

    result = CliRunner().invoke(data_app, ["lgg", "--out", str(tmp_path / "out")])

    assert result.exit_code == 3
    assert (
        "expected the 110 patients and 3929 slices as published, found 1 patients and 3 slices"
        in result.output
    )


def test_the_lgg_set_is_fetched_for_a_protocol_of_folds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = "TCGA_CS_4943_20000902"
    patient(tmp_path / "cache" / kept)
    patient(tmp_path / "cache" / "TCGA_CS_0001_20000101")
    monkeypatch.setattr(lgg, "_kagglehub_download", lambda handle: str(tmp_path / "cache"))

    result = CliRunner().invoke(
        data_app, ["lgg", "--out", str(tmp_path / "out"), "--protocol", "lgg-88"]
    )

    assert [path.name for path in (tmp_path / "out").iterdir()] == [kept]
    assert "expected the 88 patients asked for and no others, found 1 patients" in result.output


def test_folds_are_fixed_in_a_file_that_a_split_reads(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        patient(tmp_path / "set" / name)
    file = tmp_path / "mine.json"

    result = CliRunner().invoke(
        data_app, ["folds", str(tmp_path / "set"), "--out", str(file), "--folds", "3"]
    )

    assert result.exit_code == 0
    assert "fold 3: 1 patients" in result.output
    assert set(read_protocol(str(file)).patients) == {"a", "b", "c"}


@pytest.mark.parametrize("command", ["check", "folds"])
def test_where_nothing_can_be_read_it_exits_4_and_names_the_files(
    tmp_path: Path, command: str
) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "p_1.tif").write_bytes(b"")
    more = ["--out", str(tmp_path / "folds.json")] if command == "folds" else []

    result = CliRunner().invoke(data_app, [command, str(tmp_path), *more])

    assert result.exit_code == 4
    assert "p_1.tif: expected a TIFF, PNG or JPEG image" in result.output


def test_check_says_whose_visits_these_are(tmp_path: Path) -> None:
    for name in ("sub-1_ses-1", "sub-1_ses-2", "sub-2_ses-1"):
        patient(tmp_path / name)

    result = CliRunner().invoke(data_app, ["check", str(tmp_path)])

    assert "3 patients, 9 slices" in result.output
    assert "visits of 2 people" in result.output
