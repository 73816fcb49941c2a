"""A further version of a released model, under another card."""

from pathlib import Path

import pytest

from seg_core.errors import ChecksumMismatch
from seg_core.models.card import Card
from seg_core.models.file_names import NETWORK_FILES
from seg_core.models.next_version import make_next_version, next_version
from seg_core.models.registry import find_model, list_models, verify
from seg_core.settings import Settings
from tests.models.released import make_released


def renamed(card: Card, version: str) -> Card:
    return card.model_copy(update={"version": version, "summary": "another"})


def test_a_version_has_the_same_network_and_checksums_that_hold(settings: Settings) -> None:
    model = make_released(settings.shipped_models)

    made = make_next_version(settings, model, lambda v: renamed(model.card, v), {})

    assert made.folder == settings.models / "paper-unet" / "2"
    assert find_model(settings, "paper-unet").label == "paper-unet/2"
    verify(made)
    for name in NETWORK_FILES:
        assert (made.folder / name).read_bytes() == (model.folder / name).read_bytes()
    assert made.sha256 != model.sha256
    assert model.card.summary == "A card made by a test."  # the first version stays as it was
    verify(model)


def test_the_number_follows_the_highest_of_workspace_and_shipped(settings: Settings) -> None:
    make_released(settings.shipped_models, version="3")
    make_released(settings.models, version="2")

    assert next_version(settings, "paper-unet") == "4"
    assert next_version(settings, "another") == "1"


def test_evaluations_go_along_without_pictures(settings: Settings, tmp_path: Path) -> None:
    model = make_released(settings.models)
    own, other = model.folder / "evaluation" / "test", tmp_path / "elsewhere"
    for folder in (own, other):
        (folder / "panels").mkdir(parents=True)
        for name in ("figures.json", "report.html", "panels.csv", "panels/1.png"):
            (folder / name).touch()

    made = make_next_version(settings, model, lambda v: renamed(model.card, v), {"tuning": other})

    kept = sorted(path.relative_to(made.folder) for path in made.folder.rglob("*.*"))
    assert [str(path) for path in kept if path.parts[0] == "evaluation"] == [
        "evaluation/test/figures.json",
        "evaluation/tuning/figures.json",
    ]


def test_a_version_taken_meanwhile_is_not_overwritten(settings: Settings) -> None:
    model = make_released(settings.models)
    taken = []

    def card_of(version: str) -> Card:
        if not taken:  # another program makes version 2 while this one writes its card
            taken.append(make_released(settings.models, version=version, summary="of another"))
        return renamed(model.card, version)

    made = make_next_version(settings, model, card_of, {})

    assert made.version == "3"
    assert taken[0].folder.name == "2"
    assert find_model(settings, "paper-unet/2").card.summary == "of another"
    assert [m.version for m in list_models(settings)] == ["3", "2", "1"]
    assert not list(settings.models.glob("paper-unet/.*"))


def test_a_damaged_network_gets_no_further_version(settings: Settings) -> None:
    model = make_released(settings.models)
    (model.folder / "network.bin").write_bytes(b"another network")

    with pytest.raises(ChecksumMismatch):
        make_next_version(settings, model, lambda v: renamed(model.card, v), {})

    assert len(list_models(settings)) == 1
