"""When a network in eight bits is good enough to read with by default."""

import pytest

from seg_core.errors import ModelError
from seg_core.models.card_files import write_card
from seg_core.models.card_text import card_text
from seg_core.models.file_names import INT8_FILES
from seg_core.models.quantised import Moved, Quantised
from seg_core.models.registry import open_model, verify
from tests.models.released import make_card, make_released


def quantised(dice=None):
    moved = None
    if dice is not None:
        moved = Moved(
            dice=dice, worst=dice, f1=dice, score=0.1, flagged_float32=5, flagged_int8=4,
            flagged_differ=1, split="test", patients=3, slices=60, source="evaluation/int8",
        )  # fmt: skip
    return Quantised(by="a test", patients=("A", "B"), slices=30, seed=0, moved=moved)


@pytest.mark.parametrize(("dice", "enough"), [(0.001, True), (-0.0019, True), (-0.002, False)])
def test_it_may_cost_less_than_two_thousandths_of_mean_dice(dice, enough):
    assert quantised(dice).good_enough is enough


def test_without_a_measured_cost_it_is_not_good_enough():
    assert not quantised().good_enough


def test_its_files_belong_to_the_model_and_are_held_to_their_checksums(tmp_path):
    folder = make_released(tmp_path).folder
    for name in INT8_FILES:
        (folder / name).write_bytes(b"stand-in")
    write_card(folder, make_card(quantised=quantised()))

    model = open_model(folder)
    verify(model, INT8_FILES)
    assert set(INT8_FILES) < set(model.card.files)

    (folder / INT8_FILES[1]).unlink()
    with pytest.raises(ModelError, match=r"network_int8\.bin: expected a file"):
        open_model(folder)


def test_a_card_that_tells_of_it_asks_for_its_files(tmp_path):
    folder = make_released(tmp_path).folder

    with pytest.raises(ModelError, match=r"expected network_int8\.xml before its card"):
        write_card(folder, make_card(quantised=quantised()))


def test_the_card_says_what_it_costs_and_what_is_read_by_default():
    text = card_text(make_card(quantised=quantised(-0.0012)))

    assert "| Dice of a patient, mean | -0.0012 |" in text
    assert "Unless asked otherwise it is read in eight bits." in text
    assert "was not measured" in card_text(make_card(quantised=quantised()))
