"""Thresholds that a person chose become a new version of the card."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from seg_core.errors import InputError, ModelError, SplitError
from seg_core.evaluation.operating_point import (
    Choice,
    _card,
    operating_point,
    save_operating_point,
)
from seg_core.evaluation.report import write_evaluation
from seg_core.evaluation.tuning_source import read_source, source_of_model, source_of_run
from seg_core.models import verify
from seg_core.models.card import Calibration, Cost, Measured, Rate
from seg_core.models.quantised import Moved, Quantised
from seg_core.settings import Settings
from tests.evaluation.test_tuning import FOUR, evaluation_of
from tests.models.released import MEASURED, make_released

FIT = Calibration(
    method="logistic", slope=1.0, intercept=0.0, split="validation", patients=4, slices=4,
    source="evaluation/validation",
)  # fmt: skip
CHOICE = Choice(0.5, 0.6, "  Ada \n Lovelace ", "fewer | missed")
AREA = MEASURED.model_copy(update={"name": "AUROC of slices"})
OLD_COST = Cost(
    confidence_threshold=0.98, missed=Rate(value=0.5), empty=None, tumour_slices=4,
    flagged_slices=0, split="validation", source="evaluation/validation",
)  # fmt: skip


@pytest.fixture
def model(settings: Settings):
    """Released with the program, its evaluation on validation patients counted."""
    made = make_released(
        settings.shipped_models, confidence=FIT, costs=(OLD_COST,),
        measured=(MEASURED.model_copy(update={"name": "F1 over all pixels"}), AREA),
    )  # fmt: skip
    write_evaluation(made.folder / "evaluation" / "validation", evaluation_of("validation"), FOUR)
    return made


@pytest.fixture
def stored(settings: Settings, model):
    source = source_of_model(settings, model)
    assert source is not None
    assert source.counted
    return read_source(source, model.card.confidence)


def test_a_choice_is_kept_with_its_costs_author_and_date(settings, model, stored) -> None:
    made = save_operating_point(settings, model, stored, CHOICE)

    card, point = made.card, made.card.operating_point
    assert (made.label, card.pixel_threshold, card.confidence_threshold) == (
        "paper-unet/2", 0.5, 0.6,
    )  # fmt: skip
    assert (point.author, point.note, point.from_version) == ("Ada Lovelace", "fewer | missed", "1")
    assert point.authenticated is False
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]{8}\+00:00", point.date)
    f1 = next(one for one in point.pixels if one.name == "F1 over all pixels")
    assert (f1.value, f1.pixel_threshold) == (2 * 3 / (6 + 5), 0.5)
    # all four slices have a score of 0.6; three of them hold tumour
    assert (point.slices.missed.value, point.slices.empty.value) == (0, 1 / 4)
    assert point.slices.source == "evaluation/validation"
    verify(made)


def test_the_cards_costs_gain_the_chosen_threshold_and_old_figures_their_own(
    settings, model, stored
) -> None:
    card = save_operating_point(settings, model, stored, CHOICE).card

    assert [cost.confidence_threshold for cost in card.costs] == [0.6, 0.98]
    of_masks = {one.name: one.pixel_threshold for one in card.measured}
    assert of_masks == {"F1 over all pixels": 0.5, "AUROC of slices": None}


def test_figures_counted_at_every_threshold_are_those_of_the_chosen_one(
    settings, model, stored
) -> None:
    judging = model.folder / "evaluation" / "test"
    write_evaluation(judging, evaluation_of("test"), FOUR)
    figures = {one.name: one for one in evaluation_of("test").figures}
    f1 = MEASURED.model_copy(update={"name": "F1 over all pixels", "source": "evaluation/test"})
    worst = f1.model_copy(update={"name": "Dice of a patient, worst"})
    card = model.card.model_copy(update={"measured": (f1, worst, AREA), "pixel_threshold": 0.3})

    made = save_operating_point(settings, replace(model, card=card), stored, CHOICE)

    at_half, lowest, area = made.card.measured
    expected = figures["F1 over all pixels"]
    assert (at_half.value, at_half.low, at_half.high) == (
        expected.value, expected.low, expected.high,
    )  # fmt: skip
    assert (lowest.value, lowest.low) == (0.0, None)
    assert at_half.pixel_threshold is None  # the card's own
    assert area == AREA


def test_the_card_as_text_says_who_chose(settings, model, stored) -> None:
    text = (save_operating_point(settings, model, stored, CHOICE).folder / "card.md").read_text()

    assert "## Operating point\n\nPixel threshold 0.5, confidence threshold 0.6." in text
    assert "by Ada Lovelace (typed, not authenticated)" in text
    assert r"Note: fewer \| missed" in text
    assert "| F1 over all pixels | 0.800 | 0.700 to 0.900 | test, at pixel threshold 0.5 |" in text


def test_a_choice_on_an_evaluation_elsewhere_takes_it_along(settings, model, stored) -> None:
    folder = settings.home / "evaluations" / "paper-unet" / "1" / "lgg-0123"
    write_evaluation(folder, evaluation_of("validation"), FOUR)
    (model.folder / "evaluation" / "validation" / "thresholds.csv").unlink()
    source = source_of_model(settings, model)
    assert source.folder == folder

    made = save_operating_point(settings, model, read_source(source, FIT), CHOICE)

    assert made.card.operating_point.slices.source == "evaluation/tuning"
    assert (made.folder / "evaluation" / "tuning" / "thresholds.csv").is_file()
    again = source_of_model(settings, made)
    assert again.folder == made.folder / "evaluation" / "tuning"
    third = save_operating_point(settings, made, read_source(again, FIT), Choice(0.4, 0.5, "B"))
    assert [cost.confidence_threshold for cost in third.card.costs] == [0.5, 0.98]


def test_a_model_judged_out_of_fold_is_tuned_on_that(settings: Settings) -> None:
    model = make_released(settings.shipped_models, confidence=FIT, costs=(OLD_COST,))
    own = model.folder / "evaluation" / "out-of-fold"
    write_evaluation(own, evaluation_of("out-of-fold"), FOUR)

    source = source_of_model(settings, model)
    made = save_operating_point(settings, model, read_source(source, FIT), CHOICE)

    assert (source.folder, source.counted) == (own, True)
    point = made.card.operating_point
    assert (point.slices.split, point.slices.source) == ("out-of-fold", "evaluation/out-of-fold")
    assert point.pixels[0].split.startswith("out-of-fold, split by")


def test_out_of_fold_confidences_stay_those_that_judged(settings: Settings) -> None:
    model = make_released(settings.shipped_models, confidence=FIT, costs=(OLD_COST,))
    judged = [
        replace(p, slices=tuple(replace(one, confidence=0.7) for one in p.slices)) for p in FOUR
    ]
    own = model.folder / "evaluation" / "out-of-fold"
    write_evaluation(own, evaluation_of("out-of-fold"), judged)
    stored = read_source(source_of_model(settings, model), FIT)

    made = save_operating_point(settings, model, stored, Choice(0.5, 0.7, "Ada"))

    assert made.card.operating_point.slices.missed.value == 0  # by FIT's 0.6 all were missed


def test_patients_that_judge_are_no_source_of_a_choice(settings, model, stored, tmp_path) -> None:
    write_evaluation(tmp_path / "runs" / "run" / "evaluation" / "validation",
                     evaluation_of("test"), FOUR)  # fmt: skip

    assert source_of_run(Settings(home=tmp_path), "run") is None
    judging = type(stored)(stored.folder, evaluation_of("test"), stored.patients, {}, ())
    with pytest.raises(SplitError, match="choose nothing of it"):
        operating_point(model, judging, CHOICE)


def test_what_is_missing_for_a_choice_is_said(settings, model, stored) -> None:
    with pytest.raises(InputError, match="author: expected your name"):
        save_operating_point(settings, model, stored, Choice(0.5, 0.6, " "))
    with pytest.raises(InputError, match="of at most 80 letters, found 81 letters"):
        save_operating_point(settings, model, stored, Choice(0.5, 0.6, "A" * 81))
    with pytest.raises(InputError, match=r"expected pixels counted at the threshold 0\.505"):
        save_operating_point(settings, model, stored, Choice(0.505, 0.6, "A"))
    bare = make_released(settings.models, name="bare")
    with pytest.raises(ModelError, match="expected a calibrated confidence"):
        save_operating_point(settings, bare, stored, CHOICE)
    assert not (settings.models / "paper-unet").exists()


def test_a_card_whose_point_is_not_its_own_is_refused(settings, model, stored) -> None:
    from pydantic import ValidationError

    card = save_operating_point(settings, model, stored, CHOICE).card

    with pytest.raises(ValidationError, match="expected the card's own thresholds"):
        type(card).model_validate(card.model_dump() | {"pixel_threshold": 0.9})


def test_a_shipped_card_from_before_still_loads() -> None:
    from seg_core.models.card_files import read_card

    folder = Path(__file__).resolve().parents[2] / "models" / "paper-unet" / "1"

    assert read_card(folder).operating_point is None
    assert isinstance(read_card(folder).measured[0], Measured)


def test_what_eight_bits_cost_is_not_claimed_at_another_pixel_threshold(settings, model, stored):
    moved = Moved(
        dice=-0.001, worst=-0.01, f1=None, score=0.1, flagged_float32=3, flagged_int8=2,
        flagged_differ=1, split="test", patients=3, slices=9, source="evaluation/int8",
    )  # fmt: skip
    made = Quantised(by="NNCF", patients=("a",), slices=3, seed=0, moved=moved)
    model = replace(model, card=model.card.model_copy(update={"quantised": made}))

    same, other = (
        _card(model, operating_point(model, stored, Choice(pixels, 0.6, "Ada")))
        for pixels in (model.card.pixel_threshold, 0.2)
    )

    assert same.quantised.moved == moved.model_copy(
        update={"flagged_at": model.card.confidence_threshold}
    )
    assert other.quantised.moved is None
    assert not other.quantised.good_enough
