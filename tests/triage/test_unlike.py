import numpy as np
import pytest

from seg_core.models.card import Card, UsualRange
from seg_core.readers.sequence import SEQUENCE
from seg_core.study import Note
from seg_core.triage.unlike import FEW, PATIENTS, REASONS, beyond, usual_looks, why_unlike
from tests.models.released import make_card
from tests.triage.looks import SIZE, SLICES, phantom, phantom_looks

UNSEEN = 99
"""A phantom that the card's figures do not come from."""


@pytest.fixture(scope="module")
def card() -> Card:
    return make_card(usual=phantom_looks())


def test_a_study_like_the_training_data_gets_no_reason(card: Card) -> None:
    assert why_unlike(phantom(UNSEEN).slices, card) == ()


def test_one_slice_of_such_a_study_gets_none_either(card: Card) -> None:
    assert why_unlike(phantom(UNSEEN).slices[SLICES // 2][None], card) == ()


def test_what_its_files_state_of_plane_and_sequence_goes_first(card: Card) -> None:
    stated = (Note(SEQUENCE, "the files speak of T1"), Note("dark", "12 bits"))

    assert why_unlike(phantom(UNSEEN).slices, card, stated) == ("the files speak of T1",)
    assert why_unlike(phantom(UNSEEN).slices, make_card(), stated) == ()


def test_a_grey_image_is_held_to_flair(card: Card) -> None:
    assert why_unlike(phantom(UNSEEN).slices[..., 1:2], card) == ()


def test_turned_slices_are_named_so(card: Card) -> None:
    turned = np.rot90(phantom(UNSEEN).slices, 1, (1, 2))

    assert "turned by 90 degrees it fits the training pictures better" in why_unlike(turned, card)


def test_slices_upside_down_are_named_so(card: Card) -> None:
    reasons = why_unlike(phantom(UNSEEN).slices[:, ::-1], card)

    assert "upside down it fits the training pictures better" in reasons


def test_channels_in_another_order_are_named(card: Card) -> None:
    reasons = " ".join(why_unlike(phantom(UNSEEN).slices[..., [1, 0, 2]], card))

    assert "pre-contrast and FLAIR differ the other way round than in training" in reasons


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("slices", [1, FEW - 1, SLICES])
def test_noise_is_unlike_a_brain(slices: int, channels: int, card: Card) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (slices, SIZE, SIZE, channels), np.uint8)

    reasons = why_unlike(noise, card)

    assert 1 <= len(reasons) <= REASONS


@pytest.mark.parametrize("value", [0, 255])
def test_an_image_of_one_value_is_unlike_a_brain(value: int, card: Card) -> None:
    assert why_unlike(np.full((1, SIZE, SIZE, 1), value, np.uint8), card)


def test_an_inverted_study_is_unlike_a_brain(card: Card) -> None:
    assert why_unlike(255 - phantom(UNSEEN).slices, card)


def test_a_card_of_before_says_nothing() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (3, SIZE, SIZE, 3), np.uint8)

    assert why_unlike(noise, make_card()) == ()


def test_a_study_without_slices_gets_no_reason(card: Card) -> None:
    assert why_unlike(np.zeros((0, 8, 8, 3), np.uint8), card) == ()


def test_a_network_of_flair_alone_is_held_to_flair_whatever_is_given() -> None:
    looks = phantom_looks(1)
    card = make_card(channels=("FLAIR",), usual=looks)

    assert [look.channels for look in looks] == [("FLAIR",)]
    assert why_unlike(phantom(UNSEEN).slices, card) == ()


def test_few_patients_do_not_say_what_is_usual() -> None:
    assert usual_looks([phantom(seed).slices for seed in range(PATIENTS - 1)], 3) == ()


def test_the_reasons_furthest_beyond_their_limit_come_first() -> None:
    def held(name: str) -> UsualRange:
        return UsualRange(name=name, seen_low=0, seen_high=1, low=-1, high=2)

    ranges = [held("near"), held("inside"), held("far"), held("absent")]

    left = beyond({"near": 2.1, "inside": 2.0, "far": -5}, ranges)

    assert [one.name for one in left] == ["far", "near"]
