import pytest

from seg_core.errors import ChecksumMismatch, ModelError
from seg_core.models.registry import find_model, list_models, scan_models, verify
from seg_core.settings import Settings
from tests.models.released import make_card, make_released


def test_no_folder_means_no_model(settings: Settings) -> None:
    assert list_models(settings) == []


def test_models_are_listed_by_name_and_newest_first(settings: Settings) -> None:
    for name, version in (("paper-unet", "2"), ("b", "1"), ("paper-unet", "10")):
        make_released(settings.shipped_models, name=name, version=version)

    labels = [model.label for model in list_models(settings)]

    assert labels == ["b/1", "paper-unet/10", "paper-unet/2"]


def test_a_name_finds_its_newest_version(settings: Settings) -> None:
    for version in ("2", "10"):
        make_released(settings.models, version=version)

    assert find_model(settings, "paper-unet").version == "10"
    assert find_model(settings, "paper-unet/2").version == "2"


def test_an_unknown_model_says_which_there_are(settings: Settings) -> None:
    make_released(settings.models)

    with pytest.raises(ModelError, match="model other: expected one of paper-unet/1, found no"):
        find_model(settings, "other")


def test_the_workspace_goes_before_the_shipped_models(settings: Settings) -> None:
    make_released(settings.shipped_models)
    own = make_released(settings.models)

    assert [model.folder for model in list_models(settings)] == [own.folder]


def test_a_broken_model_is_named_and_the_others_stay(settings: Settings) -> None:
    whole = make_released(settings.models)
    broken = make_released(settings.models, version="2")
    (broken.folder / "network.bin").unlink()

    models, refused = scan_models(settings)

    assert [model.folder for model in models] == [whole.folder]
    assert [skipped.file for skipped in refused] == [str(broken.folder)]
    assert "network.bin: expected a file of the released model" in refused[0].reason


def test_a_folder_that_is_being_written_does_not_count(settings: Settings) -> None:
    (settings.models / "paper-unet" / ".1.part").mkdir(parents=True)

    assert scan_models(settings) == ([], [])


def test_a_whole_model_verifies(settings: Settings) -> None:
    verify(make_released(settings.models))


@pytest.mark.parametrize("name", ["weights.keras", "network.bin", "card.json"])
def test_a_changed_file_fails_verification(settings: Settings, name: str) -> None:
    model = make_released(settings.models)
    with (model.folder / name).open("ab") as file:
        file.write(b" ")

    with pytest.raises(ChecksumMismatch, match=name):
        verify(model)


def test_a_network_that_the_card_does_not_describe_fails_verification(settings: Settings) -> None:
    model = make_released(settings.models)
    other = type(model)(model.folder, make_card(files={"network.bin": "0" * 64}))

    with pytest.raises(ModelError, match=r"expected the SHA-256 0000.* of card\.json"):
        verify(other)


def test_the_models_checksum_changes_with_its_card(settings: Settings) -> None:
    one = make_released(settings.models)
    other = make_released(settings.models, version="2", pixel_threshold=0.6)

    assert one.sha256 != other.sha256
