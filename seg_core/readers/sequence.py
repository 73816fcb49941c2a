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
    r"(?<![a-z0-9])(?:"
    r"t[12](?:w|wi|ce|gd|gad|post|km|n|c)?|pdw?|dwi|dti|diff(?:usion)?|tracew?|e?adc|swi|swan|gre|"
    r"epi|tof|mra|asl|mprage|f?spgr|bravo|vibe|space|cube|perf(?:usion)?|fmri|bold|loc|"
    r"locali[sz]er|scout|survey|ep2d|b\d{3,4}"
    r")(?![a-z])",
    re.IGNORECASE,
)
"""Whole words: `t1_se`, `T2w`, `adc_map`, but not `grey`, `local` or `epilepsy`."""

IS_T1 = re.compile(r"(?<![a-z0-9])(t1|mprage|spgr|fspgr|bravo|vibe)", re.IGNORECASE)

AGENT = r"(?:contrast|gd|gad\w*|ce|c|km|iv)"

WITHOUT = re.compile(
    rf"(?<![a-z])(?:pre(?![\s_-]*op)|unenhanced|nativ\w*)(?![a-z])(?:[\s_-]*{AGENT}(?![a-z]))?|"
    rf"(?<![a-z])(?:w/?o|without|non?)[\s_./-]*{AGENT}(?![a-z])",
    re.IGNORECASE,
)
WITH = re.compile(
    r"post|gad|(?<![a-z])(gd|ce|km|contrast)(?![a-z])|\+\s*(c|gd|km)(?![a-z])|(?<![a-z])c\s*\+",
    re.IGNORECASE,
)
"""What a description says of a contrast agent: `T1 w/o contrast`, `AX T1 +C`, `t1 post gad`. That
`AX T1 POST NO FS` is without fat saturation says nothing of it."""

WORKED_OUT = re.compile(r"(?<![a-z])(sub\w*|map|ratio|dce|dyn\w*|perf\w*)(?![a-z])", re.IGNORECASE)
"""Of two series, or a series of times: none of the three."""

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
    if not IS_T1.search(description) or WORKED_OUT.search(description):
        return None
    before = WITHOUT.search(description) is not None
    after = WITH.search(WITHOUT.sub(" ", description)) is not None or contrast
    if before and after:  # who is right is not for us to say
        return None
    return POST if after else PRE


def sequence_notes(words: str) -> tuple[Note, ...]:
    """A note of kind SEQUENCE where the words that came with a study name another than FLAIR."""
    if sequence_of(words) != OTHER:
        return ()
    return (Note(SEQUENCE, f"the files speak of {words.strip()!r}, not of FLAIR"),)


def channel_names(words: str) -> tuple[str, ...]:
    """The channel's name in a study of one: `FLAIR` where the words say so, else `grey`."""
    return (FLAIR,) if sequence_of(words) == FLAIR else ("grey",)
