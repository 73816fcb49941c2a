"""Which MR sequence a series' description or a file's name speaks of. It opens no file."""

from __future__ import annotations

import re

from seg_core.study import LGG_CHANNELS, Note

PRE, FLAIR, POST = LGG_CHANNELS
OTHER = "another sequence"

SEQUENCE = "sequence"
"""Kind of the note on a study of one channel whose files speak of another sequence than FLAIR."""

T1_FLAIR = re.compile(r"t1[\s_.-]*(w[\s_.-]*)?(flair|tirm|dark[\s_.-]*fluid)", re.IGNORECASE)
"""Weighted as T1, though fluid is dark too."""

IS_FLAIR = re.compile(r"flair|tirm|dark[\s_.-]*fluid|(?<![a-z0-9])t2f(?![a-z0-9])", re.IGNORECASE)

IS_OTHER = re.compile(
    r"(?<![a-z0-9])(t1|t2|pd|dwi|dti|adc|swi|swan|gre|epi|tof|mra|asl|mprage|spgr|fspgr|bravo|"
    r"vibe|space|cube|perf|fmri|bold|loc|localizer|localiser|scout|survey|ep2d|b\d{3,4})",
    re.IGNORECASE,
)
"""Whole words, or the beginnings of some: `t1_se`, `T2w`, `t1ce`, `adc_map`."""

NAMED: dict[str, str] = {
    **dict.fromkeys(("flair", "t2f", "t2flair", "flairw"), FLAIR),
    **dict.fromkeys(("t1", "t1n", "t1w", "t1pre"), PRE),
    **dict.fromkeys(("t1ce", "t1c", "t1gd", "t1gad", "t1post", "t1km"), POST),
    **dict.fromkeys(("t2", "t2w", "adc", "dwi", "swi", "asl"), OTHER),
}
"""What BraTS, UCSF-PDGM and BIDS end a volume's name with, in lower case."""


def sequence_of(words: str) -> str | None:
    """FLAIR, OTHER, or None where the words speak of neither."""
    if T1_FLAIR.search(words):
        return OTHER
    if IS_FLAIR.search(words):
        return FLAIR
    return OTHER if IS_OTHER.search(words) else None


def sequence_notes(words: str) -> tuple[Note, ...]:
    """A note of kind SEQUENCE where the words that came with a study name another than FLAIR."""
    if sequence_of(words) != OTHER:
        return ()
    return (Note(SEQUENCE, f"the files speak of {words.strip()!r}, not of FLAIR"),)


def channel_names(words: str) -> tuple[str, ...]:
    """The channel's name in a study of one: `FLAIR` where the words say so, else `grey`."""
    return (FLAIR,) if sequence_of(words) == FLAIR else ("grey",)
