"""Settings from the environment."""

import os

import pytest

from seg_core.errors import SettingsError
from seg_core.settings import load_settings


def test_home_is_workspace_where_one_stands_unless_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert load_settings({}).home == tmp_path / "workspace"
    assert load_settings({"SECOND_READER_HOME": "/elsewhere"}).runs.as_posix() == "/elsewhere/runs"


def test_data_roots_are_separated_as_path_is(tmp_path):
    roots = [tmp_path / name for name in ("a", "b")]
    for root in roots:
        root.mkdir()

    found = load_settings({"SECOND_READER_DATA": os.pathsep.join(map(str, roots))})
    assert found.data_roots == tuple(roots)


def test_a_data_root_that_is_no_folder_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="expected existing folders"):
        load_settings({"SECOND_READER_DATA": str(tmp_path / "none")})


def test_a_link_out_of_a_data_root_is_not_allowed(tmp_path):
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / "link").symlink_to(outside)
    settings = load_settings({"SECOND_READER_DATA": str(root)})

    assert settings.allows(root / "patient")
    assert not settings.allows(root / "link" / "patient")
    assert not settings.allows(root / ".." / "outside")


def test_the_store_is_a_file_of_the_workspace_unless_an_address_is_given() -> None:
    assert load_settings({}).database_url is None
    assert load_settings({"SECOND_READER_DATABASE": ""}).database_url is None
    url = "postgresql://ada@localhost/reads"
    assert load_settings({"SECOND_READER_DATABASE": url}).database_url == url
