import shutil
from pathlib import Path

import pytest

from seg_core.data.lgg import HANDLE, fetch_lgg
from seg_core.errors import InputError
from tests.readers.made import patient

CS, DU = "TCGA_CS_0001_20000101", "TCGA_DU_0002_20000101"


@pytest.fixture
def kaggle(tmp_path: Path) -> Path:
    """What kagglehub leaves in its cache: the whole set twice, and the table twice."""
    cache = tmp_path / "cache"
    patient(cache / "kaggle_3m" / CS, slices=2)
    patient(cache / "kaggle_3m" / DU, slices=1)
    (cache / "kaggle_3m" / "data.csv").write_text("Patient\nTCGA_CS_0001\n")
    shutil.copytree(cache / "kaggle_3m", cache / "lgg-mri-segmentation" / "kaggle_3m")
    return cache


def test_the_set_is_laid_out_a_folder_a_patient(kaggle: Path, tmp_path: Path) -> None:
    asked: list[str] = []

    def download(handle: str) -> str:
        asked.append(handle)
        return str(kaggle)

    fetched = fetch_lgg(tmp_path / "out", download)

    assert asked == [HANDLE]
    assert (fetched.patients, fetched.slices, fetched.complete) == (2, 3, False)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [CS, DU, "data.csv"]
    for name in (CS, DU):
        original, copy = kaggle / "kaggle_3m" / name, tmp_path / "out" / name
        assert {f.name: f.read_bytes() for f in copy.iterdir()} == {
            f.name: f.read_bytes() for f in original.iterdir()
        }


def test_a_second_call_goes_on_where_the_first_was_stopped(kaggle: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch_lgg(out, lambda _: str(kaggle), stop)
    assert [path.name for path in out.iterdir()] == [CS]
    (out / CS / "mine.txt").write_text("kept")

    assert fetch_lgg(out, lambda _: str(kaggle)).patients == 2
    assert (out / CS / "mine.txt").exists()


def test_of_the_set_only_the_patients_asked_for_are_laid_out(kaggle: Path, tmp_path: Path) -> None:
    fetched = fetch_lgg(tmp_path / "out", lambda _: str(kaggle), only=[DU])

    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [DU, "data.csv"]
    assert fetched.complete


def test_patients_that_lay_there_and_were_not_asked_for_are_told(
    kaggle: Path, tmp_path: Path
) -> None:
    fetch_lgg(tmp_path / "out", lambda _: str(kaggle))

    assert not fetch_lgg(tmp_path / "out", lambda _: str(kaggle), only=[DU]).complete


def test_without_network_the_message_says_what_to_do(tmp_path: Path) -> None:
    def offline(handle: str) -> str:
        raise ConnectionError("no route to host")

    with pytest.raises(InputError, match=r"found ConnectionError: no route .* download the zip"):
        fetch_lgg(tmp_path / "out", offline)
    assert not (tmp_path / "out").exists()


def test_a_download_without_patients_is_an_error(tmp_path: Path) -> None:
    patient(tmp_path / "cache" / "something_else")

    with pytest.raises(InputError, match=r"expected folders TCGA_\.\.\."):
        fetch_lgg(tmp_path / "out", lambda _: str(tmp_path / "cache"))


def test_too_small_a_disk_is_told_before_anything_is_copied(
    kaggle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "seg_core.data.lgg.shutil.disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 0)
    )

    with pytest.raises(InputError, match="GB of room"):
        fetch_lgg(tmp_path / "out", lambda _: str(kaggle))
    assert not (tmp_path / "out").exists()
