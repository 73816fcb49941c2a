"""What the viewer says of a file that it saved: checked as it comes in. It holds no file.

A browser may send anything: kind and slices are held against the study, the threshold against
the slider's ticks, and a name is only ever shown, never opened.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seg_core.study import Study

KINDS = {
    "picture": "picture of the view",
    "mask": "mask, PNG",
    "maskTiff": "mask, TIFF",
    "masksTiff": "masks of all slices, TIFF",
    "masksNifti": "masks of all slices, NIfTI",
    "measures": "measures, CSV",
}
OF_A_MODEL = ("mask", "maskTiff", "masksTiff", "masksNifti")
MOST = 20
"""Files that one message names: the newest ones of a page, those told before among them."""

_NAME = re.compile(r"[A-Za-z0-9._-]{1,150}_[0-9a-f]{16}\.(png|tif|nii\.gz|csv)")
"""As the viewer makes it: the study's name made safe, and the content's SHA-256 begun."""
_ID = re.compile(r"[0-9a-f-]{36}")


@dataclass(frozen=True)
class SavedFile:
    """One file that the reviewer saved.

    id: made up by the browser, tells it from one already noted. slices: first and last, from 1.
    pixel_threshold: on screen when it was saved, None where nothing of a model was there.
    """

    id: str
    study_id: str
    kind: str
    name: str
    slices: tuple[int, int]
    pixel_threshold: float | None

    def told(self) -> dict[str, Any]:
        """As the record keeps it; the threshold has a column of its own."""
        first, last = self.slices
        where = str(first) if first == last else f"{first}-{last}"
        return {"file": self.name, "kind": KINDS[self.kind], "slices": where}


def parse_saved(
    sent: object, known: Collection[str], study_id: str, study: Study, ticks: Sequence[float]
) -> list[SavedFile]:
    """The files of this study that a browser says it saved, the oldest first.

    known: ids of those that are noted already; they are left out, and so are another study's.
    ticks: of the slider that it was given, none without a reading. Raises ValueError for
    anything that a viewer does not send.
    """
    if not isinstance(sent, list) or len(sent) > MOST:
        raise ValueError(f"saved: expected a list of at most {MOST} files, received {sent!r:.80}")
    for one in sent:
        if not isinstance(one, Mapping):
            raise ValueError(f"saved: expected an object, received {one!r:.80}")
    new = (one for one in sent if one.get("id") not in known)
    return [_file(one, study, ticks) for one in new if one.get("study") == study_id]


def note_each(
    files: Sequence[SavedFile], known: set[str], note: Callable[[SavedFile], None]
) -> None:
    """Note each of the files. All are known from the start, and what was not noted no longer.

    Streamlit may begin a session's next run while the callbacks of the one before still write.
    """
    left = {file.id for file in files}
    known |= left
    try:
        for file in files:
            note(file)
            left.discard(file.id)
    finally:  # a run may be stopped here: the next one notes the rest
        known -= left


def _file(sent: Mapping[str, Any], study: Study, ticks: Sequence[float]) -> SavedFile:
    kind, threshold = sent.get("kind"), sent.get("pixel_threshold")
    if kind not in KINDS or (kind in OF_A_MODEL and threshold is None):
        raise ValueError(f"saved: expected one of {', '.join(KINDS)}, received {kind!r:.80}")
    if threshold is not None and threshold not in ticks:
        raise ValueError(f"saved: expected a threshold of the slider, received {threshold!r:.80}")
    return SavedFile(
        id=_matching(sent.get("id"), _ID),
        study_id=str(sent["study"]),
        kind=kind,
        name=_matching(sent.get("file"), _NAME),
        slices=_slices(sent.get("slices"), study),
        pixel_threshold=threshold,
    )


def _matching(sent: object, pattern: re.Pattern[str]) -> str:
    if not isinstance(sent, str) or not pattern.fullmatch(sent):
        raise ValueError(f"saved: expected {pattern.pattern}, received {sent!r:.80}")
    return sent


def _slices(sent: object, study: Study) -> tuple[int, int]:
    whole = isinstance(sent, list) and len(sent) == 2 and all(type(n) is int for n in sent)
    if not isinstance(sent, list) or not whole or not 1 <= sent[0] <= sent[1] <= len(study):
        raise ValueError(f"saved: expected slices from 1 to {len(study)}, received {sent!r:.80}")
    return sent[0], sent[1]
