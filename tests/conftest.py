"""What tests of all parts share: real patients, a phantom, settings in a folder of their own."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from seg_core.settings import Settings

Unavailable = Callable[[str, str], NoReturn]


@pytest.fixture(autouse=True)
def own_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the workspace and the data roots of whoever runs it."""
    monkeypatch.setenv("SECOND_READER_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SECOND_READER_DATA", raising=False)


@pytest.fixture(scope="session")
def unavailable() -> Unavailable:
    """Call with ("browser", "data" or "postgresql", why) where a test lacks it: skips, says so.

    Fails instead where SECOND_READER_REQUIRE, a list with commas, names it.
    """

    def stop(what: str, why: str) -> NoReturn:
        if what in os.environ.get("SECOND_READER_REQUIRE", "").split(","):
            pytest.fail(f"SECOND_READER_REQUIRE names {what!r}, but {why}")
        pytest.skip(why)

    return stop


@pytest.fixture(scope="session")
def lgg_dir(unavailable: Unavailable) -> Path:
    """A folder of real LGG patients in the Kaggle layout, from SECOND_READER_TEST_DATA."""
    folder = Path(os.environ.get("SECOND_READER_TEST_DATA", ""))
    if "SECOND_READER_TEST_DATA" not in os.environ:
        unavailable("data", "SECOND_READER_TEST_DATA is not set: set it to a folder of patients")
    if not any(folder.glob("TCGA_*")):
        unavailable("data", f"SECOND_READER_TEST_DATA: expected folders TCGA_* in {folder}")
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An empty workspace, no shipped model, and tmp_path/data as what a browser may open."""
    (tmp_path / "data").mkdir()
    return Settings(
        home=tmp_path / "home",
        data_roots=(tmp_path / "data",),
        shipped_models=tmp_path / "shipped",
    )


@pytest.fixture(scope="session")
def phantom_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two phantom patients of 12 slices in the Kaggle layout, tumour and truth with them."""
    from seg_core.data.phantom import write_phantom

    folder = tmp_path_factory.mktemp("phantoms")
    write_phantom(folder, patients=2, slices=12, seed=7)
    return folder
