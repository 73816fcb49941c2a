import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import seg_core.inference
from pages.components.workspace import Workspace
from seg_core.errors import ModelError
from seg_core.inference import FakeEngine
from seg_core.models.card import Calibration
from seg_core.settings import Settings
from tests.models.released import make_released
from tests.pages.shelved import make_reading, shelve

FIT = Calibration(
    method="logistic", slope=1.0, intercept=0.0, split="validation", patients=1, slices=2,
    source="evaluation/validation",
)  # fmt: skip
PAGES = Path(__file__).resolve().parents[3] / "pages"


@pytest.mark.parametrize("page", ["home", "triage", "models"])
def test_a_workspace_that_cannot_be_opened_is_said_on_the_page(
    page: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SECOND_READER_DATA", str(tmp_path / "nowhere"))

    app = AppTest.from_file(PAGES / f"{page}.py", default_timeout=30).run()

    assert not app.exception
    assert "expected existing folders" in app.error[0].value


def test_without_a_model_nothing_is_read(workspace: Workspace) -> None:
    study_id = shelve(workspace, None)

    with pytest.raises(ModelError, match=r"expected one in .* found none"):
        workspace.read_study(study_id)


def test_a_study_is_read_by_the_model_asked_for_and_kept(
    workspace: Workspace, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seg_core.inference, "make_engine", lambda name: FakeEngine())
    for version in ("1", "2"):
        make_released(settings.models, version=version)
    study_id = shelve(workspace, None)
    steps: list[tuple[int, int]] = []

    reading = workspace.read_study(
        study_id, "paper-unet/1", lambda done, of: steps.append((done, of))
    )

    assert reading.model_version == "1"
    assert steps[-1] == (20, 20)
    kept = workspace.reading(study_id, "paper-unet", "1")
    assert kept is not None
    np.testing.assert_array_equal(kept.probability, reading.probability)


def test_what_sessions_share_cannot_be_written_to(workspace: Workspace) -> None:
    study_id = shelve(workspace, {6: 0.99})
    reading = workspace.reading(study_id)

    assert reading is not None
    for shared in (workspace.study(study_id).slices, reading.probability):
        with pytest.raises(ValueError, match="read-only"):
            shared[0] = 0


def test_a_newer_reading_replaces_the_one_kept_in_memory(workspace: Workspace) -> None:
    study_id = shelve(workspace, {6: 0.99})
    assert workspace.reading(study_id) is not None

    workspace.shelf.save_reading(study_id, make_reading({9: 0.999}))

    reading = workspace.reading(study_id)
    assert reading is not None
    assert int(reading.confidence.argmax()) == 8


def read_by_version_1(workspace: Workspace, settings: Settings) -> str:
    """A study that version 1 of a model has read."""
    model = make_released(settings.models, confidence=FIT)
    reading = dataclasses.replace(
        make_reading({6: 0.99}), model_name=model.name, model_sha256=model.sha256
    )
    study_id = shelve(workspace, None)
    workspace.shelf.save_reading(study_id, reading)
    return study_id


def test_a_newer_card_of_the_same_network_counts_without_reading_anew(
    workspace: Workspace, settings: Settings
) -> None:
    study_id = read_by_version_1(workspace, settings)
    newer = make_released(
        settings.models, version="2", confidence=FIT, pixel_threshold=0.7, confidence_threshold=0.9
    )

    reading, before = workspace.reading(study_id), workspace.reading(study_id, "paper-unet", "1")

    assert reading is not None
    assert before is not None
    assert (reading.model_version, reading.model_sha256) == ("2", newer.sha256)
    assert (reading.pixel_threshold, reading.confidence_threshold) == (0.7, 0.9)
    assert before.pixel_threshold != 0.7
    np.testing.assert_array_equal(reading.probability, before.probability)
    np.testing.assert_array_equal(reading.confidence, before.confidence)
    assert workspace.reading(study_id) is reading  # kept, not made again


def test_a_newer_version_of_another_network_has_to_read_first(
    workspace: Workspace, settings: Settings
) -> None:
    study_id = read_by_version_1(workspace, settings)
    make_released(
        settings.models, version="2", confidence=FIT, networks={"network.bin": b"another"}
    )

    assert workspace.reading(study_id) is None
    assert workspace.reading(study_id, "paper-unet", "1") is not None


def test_a_newer_card_that_reads_otherwise_has_to_read_first(
    workspace: Workspace, settings: Settings
) -> None:
    study_id = read_by_version_1(workspace, settings)
    how = {"mirrored_from": 0.02, "split": "folds", "patients": 6, "source": "evaluation/oof"}
    make_released(settings.models, version="2", confidence=FIT, as_read=how)

    assert workspace.reading(study_id) is None


def test_the_demo_is_made_once(workspace: Workspace, open_page: Callable[..., AppTest]) -> None:
    first = workspace.add_demo()

    assert workspace.add_demo() == first
    assert workspace.shelf.count() == 1
