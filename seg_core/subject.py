"""Whom a study is of, by its name: two visits are one patient's. It looks nothing up."""

from __future__ import annotations

import re
from collections.abc import Iterable

BIDS = re.compile(r"^(?:ses-[A-Za-z0-9]+[ _])?(.*?(?<![A-Za-z0-9])sub-[A-Za-z0-9]+)")
"""`sub-01` of `sub-01_ses-2_FLAIR` or `ses-2 sub-01`, `siteA sub-01` of `siteA sub-01 ses-2`."""

VISIT = re.compile(
    r"""
    (?<=\d) _ (?:19|20)\d{6} $    # a date, as in TCGA_CS_4943_20000902
    | (?<=^BraTS-[A-Z]{3}-\d{5}) - \d{3} $ | (?<=^BraTS-[A-Z]{2}-\d{5}) - \d{3} $
    | (?<=\d) _ FU\d+d? $         # a follow-up, as in UCSF-PDGM-0429_FU003d
    """,
    re.VERBOSE,
)
"""What names the visit at the end of a name. Before a date stands a number, or it would be the
date that tells patients apart."""


def subject_of(name: str) -> str:
    """The name without what tells the visits of a patient apart; itself where nothing does.

    By BIDS, BraTS (since 2021), UCSF-PDGM, and dates at the end as in TCGA.
    """
    found = BIDS.match(name)
    return found.group(1) if found else VISIT.sub("", name)


def by_subject(names: Iterable[str]) -> list[tuple[str, ...]]:
    """Names in order, those of one patient together; patients in the order of their first."""
    found: dict[str, list[str]] = {}
    for name in sorted(names):
        found.setdefault(subject_of(name), []).append(name)
    return [tuple(some) for some in found.values()]
