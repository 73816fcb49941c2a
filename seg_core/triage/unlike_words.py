"""What a statistic beyond its limits means, in words for a radiologist. It decides nothing."""

from __future__ import annotations

from collections.abc import Sequence

from seg_core.models.card import UsualRange

WORDS = {
    "coverage": "what is bright covers {share} of the picture",
    "edge": "{share} of the picture's edge is bright",
    "aspect": "what is bright is {number} times as high as wide",
    "fill": "what is bright fills {share} of the box around it",
    "smoothness": "neighbouring pixels agree at {number}",
    "sides": "left and right agree at {number} when mirrored",
    "neighbours": "neighbouring slices agree at {number}",
    "resemblance": "it resembles the mean pictures of training at {number}",
    "dark": "the darkest tenth of {channel} reaches {share} of its brightest",
    "middle": "half of {channel} lies below {share} of its brightest",
    "light": "nine tenths of {channel} lie below {share} of its brightest",
    "upright": "upside down it fits the training pictures better",
    "turned": "turned by 90 degrees it fits the training pictures better",
    "contrast": "{channel} and {other} differ the other way round than in training",
}
"""By a statistic's first word; the others number the channels meant."""


def in_words(usual: UsualRange, found: float, channels: Sequence[str]) -> str:
    """One reason: what was found and, where it has a number, what it was in training."""
    name, *numbers = usual.name.split()
    which = [channels[int(number)] for number in numbers]
    text = WORDS[name]
    said = text.format(
        share=_share(found),
        number=f"{found:.2f}",
        channel=which[0] if which else "",
        other=which[-1] if which else "",
    )
    low, high = usual.seen_low, usual.seen_high
    if "{share}" in text:
        return f"{said} (in training {100 * low:.0f} to {_share(high)})"
    if "{number}" not in text:
        return said  # below 0 says it all, and how far below means nothing to a reader
    whole = ", 1 is wholly alike" if name != "aspect" else ""
    return f"{said} (in training {low:.2f} to {high:.2f}{whole})"


def _share(value: float) -> str:
    return f"{100 * value:.0f} %"
