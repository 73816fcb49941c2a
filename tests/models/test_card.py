import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from seg_core.errors import ModelError
from seg_core.models.card import AsRead, Calibration, Measured
from seg_core.models.card_files import read_card, write_card
from seg_core.models.checksums import read_checksums, sha256_of
from tests.models.released import CARD, MEASURED, make_card, make_released


def test_a_card_is_read_as_it_was_written(tmp_path: Path) -> None:
    model = make_released(tmp_path, measured=(MEASURED.model_dump(),))

    assert read_card(model.folder) == model.card
    assert model.card.measured == (MEASURED,)


def test_writing_a_card_fills_in_the_checksum_of_each_network_file(tmp_path: Path) -> None:
    model = make_released(tmp_path)

    assert model.card.files == {
        name: sha256_of(model.folder / name)
        for name in ("weights.keras", "network.xml", "network.bin")
    }


def test_checksums_cover_card_and_networks(tmp_path: Path) -> None:
    assert set(read_checksums(make_released(tmp_path).folder)) == {
        "card.json",
        "card.md",
        "network.bin",
        "network.xml",
        "weights.keras",
    }


def test_a_card_is_not_written_before_its_networks(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"expected weights\.keras before its card"):
        write_card(tmp_path, make_card())


def test_a_folder_without_a_card_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"card\.json: expected a model's card, found none"):
        read_card(tmp_path)


def test_a_card_of_another_shape_names_the_field(tmp_path: Path) -> None:
    model = make_released(tmp_path)
    content = json.loads((model.folder / "card.json").read_text())
    content["pixel_threshold"] = 7
    (model.folder / "card.json").write_text(json.dumps(content))

    with pytest.raises(ModelError, match="found in pixel_threshold: Input should be less than"):
        read_card(model.folder)


def test_a_card_in_a_folder_of_another_name_is_refused(tmp_path: Path) -> None:
    model = make_released(tmp_path)
    moved = model.folder.rename(model.folder.with_name("2"))

    with pytest.raises(ModelError, match="expected the card of paper-unet version 2, found"):
        read_card(moved)


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="accuracy"):
        make_card(accuracy=0.99)


@pytest.mark.parametrize("name", ["Paper Unet", "../paper", ""])
def test_a_name_is_a_plain_folder_name(name: str) -> None:
    with pytest.raises(ValidationError, match="name"):
        make_card(name=name)


def test_a_figure_that_was_not_measured_is_none() -> None:
    figure = MEASURED.model_copy(update={"value": None, "low": None, "high": None})

    assert Measured.model_validate(figure.model_dump()).value is None


def test_a_figure_outside_its_interval_is_refused() -> None:
    with pytest.raises(ValidationError, match="expected low <= value <= high"):
        Measured.model_validate(MEASURED.model_dump() | {"value": 0.95})


def test_a_figure_without_a_source_is_refused() -> None:
    with pytest.raises(ValidationError, match="source"):
        Measured.model_validate(MEASURED.model_dump() | {"source": ""})


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"method": "logistic", "slope": 1.0}, "expected slope and intercept"),
        ({"method": "isotonic", "scores": (0.1,), "confidences": (0.2,)}, "at least 2"),
        (
            {"method": "isotonic", "scores": (0.1, 0.2), "confidences": (0.5, 0.4)},
            "confidences that never fall",
        ),
    ],
)
def test_a_calibration_whose_numbers_do_not_fit_is_refused(numbers, message) -> None:
    with pytest.raises(ValidationError, match=message):
        Calibration(split="validation", patients=1, slices=9, source="e", **numbers)


def test_every_field_of_the_card_that_tests_use_is_needed() -> None:
    for field in CARD:
        with pytest.raises(ValidationError):
            type(make_card()).model_validate({k: v for k, v in CARD.items() if k != field})


def test_a_second_opinion_is_somebody_s_and_of_some_slices() -> None:
    how = {"split": "out-of-fold", "patients": 1, "source": "evaluation/out-of-fold"}

    with pytest.raises(ValidationError, match="expected mirrored_from too"):
        AsRead(second_opinion=True, **how)
    with pytest.raises(ValidationError, match="expected one run in beside, received 0"):
        make_card(as_read={"second_opinion": True, "mirrored_from": 0.02, **how})


def test_a_card_is_not_written_before_the_network_of_its_second_opinion(tmp_path: Path) -> None:
    model = make_released(tmp_path)
    how = {"split": "out-of-fold", "patients": 1, "source": "evaluation/out-of-fold"}
    as_read = AsRead(second_opinion=True, mirrored_from=0.02, **how)
    asking = {"as_read": as_read, "beside": (model.card.training,)}

    with pytest.raises(ModelError, match=r"expected second\.keras before its card"):
        write_card(model.folder, model.card.model_copy(update=asking))
