"""What tests of pages share: an empty workspace, and a page of the app run without a browser."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from pages.components import workspace as workspace_module
from pages.components.workspace import Workspace, open_workspace
from seg_core.jobs import LocalLauncher
from seg_core.settings import Settings
from seg_core.store import StudyShelf
from tests.jobs.held_queue import held_queue

PAGES = Path(__file__).resolve().parents[2] / "pages"


@pytest.fixture(scope="session", autouse=True)
def scanned_once() -> Iterator[None]:
    """For components: every page that is opened looks through all installed packages."""
    with pytest.MonkeyPatch.context() as patch:
        scan = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture(scope="module", autouse=True)
def little_to_collect() -> None:
    """Streamlit collects garbage after each run of a page. What other tests left, TensorFlow among
    it, would be looked through each time: five times as long as the page takes."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace's folder with its database: to make one the disk is waited for many times."""
    home = tmp_path_factory.mktemp("empty") / "home"
    StudyShelf(Settings(home=home)).close()
    return home


@pytest.fixture
def workspace(monkeypatch: pytest.MonkeyPatch, settings: Settings, empty_home: Path) -> Workspace:
    """An empty workspace without any model; pages opened in the same test share it."""
    shutil.copytree(empty_home, settings.home, dirs_exist_ok=True)
    monkeypatch.setattr(workspace_module, "load_settings", lambda: settings)
    return open_workspace()


@pytest.fixture
def open_page(workspace: Workspace) -> Callable[..., AppTest]:
    """`open_page("triage", study_id=...)`: the page after its first run."""

    def run(name: str, **state: object) -> AppTest:
        app = AppTest.from_file(PAGES / f"{name}.py", default_timeout=30)
        for key, value in state.items():
            app.session_state[key] = value
        return app.run()

    return run


@pytest.fixture
def launcher(settings: Settings) -> Iterator[LocalLauncher]:
    """The queue, its processor held by a command that waits: nothing that a test starts runs."""
    with held_queue(settings.home) as launcher:
        yield launcher
