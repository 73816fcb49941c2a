from seg_core.models.card import UsualRange
from seg_core.triage.unlike_words import in_words
from tests.triage.looks import phantom_looks

CHANNELS = ("pre-contrast", "FLAIR", "post-contrast")


def usual(name: str) -> UsualRange:
    return UsualRange(name=name, seen_low=0.25, seen_high=0.6, low=0, high=0.9)


def test_a_share_is_said_beside_what_it_was_in_training() -> None:
    expected = "what is bright covers 100 % of the picture (in training 25 to 60 %)"

    assert in_words(usual("coverage"), 0.999, CHANNELS) == expected


def test_a_plain_number_is_said_beside_what_it_was_in_training() -> None:
    expected = "what is bright is 0.70 times as high as wide (in training 0.25 to 0.60)"

    assert in_words(usual("aspect"), 0.7, CHANNELS) == expected


def test_an_agreement_says_what_its_number_means() -> None:
    said = in_words(usual("sides"), 0.05, CHANNELS)

    assert said.endswith("at 0.05 when mirrored (in training 0.25 to 0.60, 1 is wholly alike)")


def test_channels_are_named() -> None:
    said = in_words(usual("contrast 1 2"), -0.4, CHANNELS)

    assert said == "FLAIR and post-contrast differ the other way round than in training"


def test_there_are_words_for_every_figure_of_a_card() -> None:
    for look in phantom_looks():
        for one in (*look.studies, *look.slices):
            assert in_words(one, 0.5, look.channels)
