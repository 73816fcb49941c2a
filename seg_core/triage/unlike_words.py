"""What a statistic beyond its limits means, in words for a radiologist. It decides nothing."""

from __future__ import annotations

from collections.abc import Sequence

from seg_core.models.card import UsualRange

WORDS = {
    "coverage": "what is bright covers {found:%} of the picture",
    "edge": "{found:%} of the picture's edge is bright",
    "aspect": "what is bright is {found:n} times as high as wide",
    "fill": "what is bright fills {found:%} of the box around it",
    "smoothness": "neighbouring pixels agree at {found:n} (1: wholly, 0: noise)",
    "sides": "left and right agree at {found:n} when mirrored (1: wholly)",
    "neighbours": "neighbouring slices agree at {found:n} (1: wholly)",
    "resemblance": "the picture resembles the mean training picture at {found:n} (1: wholly)",
    "dark": "the darkest tenth of {0} reaches {found:%} of its brightest",
    "middle": "half of {0} lies below {found:%} of its brightest",
    "light": "nine tenths of {0} lie below {found:%} of its brightest",
    "upright": "upside down it fits the training pictures better",
    "turned": "turned by 90 degrees it fits the training pictures better",
    "contrast": "{0} and {1} differ the other way round than in training",
}
"""By a statistic's first word; the others number the channels meant."""

COMPARISONS = ("upright", "turned", "contrast")
"""Whose words say it all: their numbers mean nothing to a reader."""


def in_words(usual: UsualRange, found: float, channels: Sequence[str]) -> str:
    """One reason: what was found, and what it was in training."""
    name, *numbers = usual.name.split()
    which = [channels[int(number)] for number in numbers]
    text = WORDS[name]
    percent = "{found:%}" in text
    said = text.replace("{found:%}", _share(found)).replace("{found:n}", f"{found:.2f}")
    said = said.format(*which)
    if name in COMPARISONS:
        return said
    low, high = usual.seen_low, usual.seen_high
    if percent:
        return f"{said}; in training {100 * low:.0f} to {_share(high)}"
    return f"{said}; in training {low:.2f} to {high:.2f}"


def _share(value: float) -> str:
    return f"{100 * value:.0f} %"
