"""Which MR sequence a series' description or a file's name speaks of. It opens no file."""

from __future__ import annotations

import re

from seg_core.study import LGG_CHANNELS, Note

PRE, FLAIR, POST = LGG_CHANNELS
OTHER = "another sequence"

SEQUENCE = "sequence"
"""Kind of the note on a study of one channel whose files speak of another sequence than FLAIR."""

SAYS_T1 = re.compile(r"(?<![a-z0-9])t1(?!\d)", re.IGNORECASE)
SAYS_T2 = re.compile(r"(?<![a-z0-9])t2(?!\d)", re.IGNORECASE)
"""`T1 AX FLAIR` is weighted as T1, though fluid is dark; `T2 FLAIR` is what FLAIR means."""

IS_FLAIR = re.compile(r"flair|tirm|dark[\s_.-]*fluid|(?<![a-z0-9])t2f(?![a-z0-9])", re.IGNORECASE)

IS_OTHER = re.compile(
    r"(?<![a-z0-9])(t1|t2|pd|dwi|dti|diff|trace|e?adc|swi|swan|gre|epi|tof|mra|asl|mprage|spgr|fspgr|bravo|"
    r"vibe|space|cube|perf|fmri|bold|loc|localizer|localiser|scout|survey|ep2d|b\d{3,4})",
    re.IGNORECASE,
)
"""Whole words, or the beginnings of some: `t1_se`, `T2w`, `t1ce`, `adc_map`."""

IS_T1 = re.compile(r"(?<![a-z0-9])(t1|mprage|spgr|fspgr|bravo|vibe)", re.IGNORECASE)

WITHOUT = re.compile(
    r"(?<![a-z])(pre|w/?o|without|non?|nativ\w*|unenhanced)(?![a-z])", re.IGNORECASE
)
WITH = re.compile(
    r"post|gad|(?<![a-z])(gd|ce|km|contrast)(?![a-z])|\+\s*(c|gd|km)(?![a-z])|(?<![a-z])c\s*\+",
    re.IGNORECASE,
)
"""What a description says of a contrast agent: `T1 w/o contrast`, `AX T1 +C`, `t1 post gad`."""

NAMED: dict[str, str] = {
    **dict.fromkeys(("flair", "t2f", "t2flair", "flairw"), FLAIR),
    **dict.fromkeys(("t1", "t1n", "t1w", "t1pre"), PRE),
    **dict.fromkeys(("t1ce", "t1c", "t1gd", "t1gad", "t1post", "t1km"), POST),
    **dict.fromkeys(("t2", "t2w", "adc", "dwi", "swi", "asl"), OTHER),
}
"""What BraTS, UCSF-PDGM and BIDS end a volume's name with, in lower case."""


def sequence_of(words: str) -> str | None:
    """FLAIR, OTHER, or None where the words speak of neither."""
    if IS_FLAIR.search(words):
        return OTHER if SAYS_T1.search(words) and not SAYS_T2.search(words) else FLAIR
    return OTHER if IS_OTHER.search(words) else None


def role_of(description: str, *, contrast: bool) -> str | None:
    """Which of LGG_CHANNELS a series is, or None. contrast: whether its header names an agent."""
    if sequence_of(description) == FLAIR:
        return FLAIR
    if not IS_T1.search(description):
        return None
    if WITHOUT.search(description):
        return PRE
    return POST if contrast or WITH.search(description) else PRE


def sequence_notes(words: str) -> tuple[Note, ...]:
    """A note of kind SEQUENCE where the words that came with a study name another than FLAIR."""
    if sequence_of(words) != OTHER:
        return ()
    return (Note(SEQUENCE, f"the files speak of {words.strip()!r}, not of FLAIR"),)


def channel_names(words: str) -> tuple[str, ...]:
    """The channel's name in a study of one: `FLAIR` where the words say so, else `grey`."""
    return (FLAIR,) if sequence_of(words) == FLAIR else ("grey",)
