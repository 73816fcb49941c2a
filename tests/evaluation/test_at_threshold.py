"""What becomes of a released model's figures when another pixel threshold is chosen."""

from __future__ import annotations

from pathlib import Path

from pages.components.operating_point_card import measured_masks
from seg_core.evaluation.at_threshold import OF_MASKS, measured_at
from seg_core.evaluation.confidence_figures import PIXEL_ERROR
from seg_core.models.card_files import read_card

MODEL = Path(__file__).resolve().parents[2] / "models" / "second-reader" / "5"


def test_figures_of_masks_are_counted_anew_and_those_of_confidences_stay_as_they_are() -> None:
    before = read_card(MODEL)

    after = {m.name: m for m in measured_at(before.measured, MODEL, 0.9, before=0.5)}

    for one in before.measured:
        if one.name in OF_MASKS:
            assert after[one.name].value != one.value
            assert after[one.name].pixel_threshold is None
        elif one.name == PIXEL_ERROR:
            assert after[one.name].pixel_threshold == 0.5  # the ring is about the mask of then
        else:
            assert after[one.name] == one


def test_a_card_whose_masks_were_counted_anew_says_nothing_of_an_old_threshold() -> None:
    card = read_card(MODEL)
    measured = tuple(measured_at(card.measured, MODEL, 0.9, before=0.5))

    changed = card.model_copy(update={"pixel_threshold": 0.9, "measured": measured})

    assert measured_masks(changed) == ""
