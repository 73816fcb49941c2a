"""The browser viewer of one study: a Streamlit component fed by the app's own route.

Slices, threshold, window and measures live in the browser; nothing is sent to the server
while the reviewer looks, and of a saved file its name. It segments nothing and reads no
file of a study.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from pages.components import session
from pages.components.findings import findings_of
from pages.components.reading_name import reading_name
from pages.components.slice_viewer.grants import GRANTS
from pages.components.slice_viewer.manifest import (
    describe_part,
    describe_reading,
    describe_study,
    describe_truth,
)
from pages.components.slice_viewer.payload import Part, pack_images, pack_reading, pack_truth
from pages.components.slice_viewer.read_draft import ReadDraft, ReadingMode, parse_draft
from pages.components.slice_viewer.route import TOKEN_HEADER, route_prefix
from pages.components.slice_viewer.saved_file import SavedFile, note_each, parse_saved
from pages.components.slice_viewer.ticks import slider_ticks
from seg_core.study import Reading, Study

__all__ = ["ReadDraft", "ReadingMode", "SavedFile", "slice_viewer"]

HERE = Path(__file__).resolve().parent

SCRIPTS = (
    "remembered.js",
    "bytes.js",
    "measures.js",
    "contours.js",
    "colours.js",
    "layouts.js",
    "layers.js",
    "marks.js",
    "draw_marks.js",
    "panes.js",
    "strip.js",
    "arrange.js",
    "words.js",
    "image_files.js",
    "exports.js",
    "kept_list.js",
    "findings_list.js",
    "named_slices.js",
    "read_record.js",
    "kept_measures.js",
    "read_panel.js",
    "panel.js",
    "actions.js",
    "habits.js",
    "keys.js",
    "settings.js",
    "settings_sheet.js",
    "drags.js",
    "pointer.js",
    "hands.js",
    "roving.js",
    "controls.js",
    "study_change.js",
    "study_bytes.js",
    "resume.js",
    "asked.js",
    "viewer.js",
)
"""In this order they are one module: inline script cannot import its neighbours."""

NEIGHBOURS = 20
"""Ids told on either side: the Page key can be pressed that often before a study is there."""


def slice_viewer(
    study_id: str,
    study: Study,
    reading: Reading | None = None,
    *,
    slice: int | None = None,
    request: int = 0,
    show_truth: bool = True,
    reviewer: str = "",
    reading_mode: ReadingMode | None = None,
    read_id: str = "",
    own_read: ReadDraft | None = None,
    on_commit: Callable[[ReadDraft], None] | None = None,
    on_refuse: Callable[[str], None] | None = None,
    on_step: Callable[[str], None] | None = None,
    on_save: Callable[[SavedFile], None] | None = None,
    neighbours: tuple[Sequence[str], Sequence[str]] | None = None,
    pointed: session.Pointed | None = None,
    key: str = "slice_viewer",
) -> None:
    """Show `study`, with the reading and the truth that this session may see.

    slice: shown first, numbered from 1; None takes the slice of highest confidence, or
    the middle one. request: a new number moves the viewer to `slice` once more.
    reviewer: who sits here; lengths and areas come back after a reload to nobody else.

    reading_mode: `first` and `concurrent` record a read: painted slices, markers and
    outlines, under `read_id` (who reads what; a new one begins with nothing). In `first`
    only the images are granted and described, whatever else is passed in.
    on_commit: called before the next run with the draft when the reviewer presses "Give
    verdict". on_refuse: called in its place, with the reason, for a draft that cannot be kept.
    own_read: the sealed read's marks, shown and no longer changed.

    pointed: a place that the page speaks of, which is ringed as overlays are.
    neighbours: ids of the studies before and after this one, the nearest first; the Page
    keys go to them. on_step: called before the next run with the id that is asked for.
    on_save: called before the next run with each file that the reviewer saved, once.
    Raises ValueError for a slice that the study does not have.
    """
    if reading_mode == "first":
        reading, show_truth, pointed = None, False, None
    first = _first_slice(study, reading, slice)
    data = {
        "study_id": study_id,
        "token": session.viewer_token(),
        "token_header": TOKEN_HEADER,
        "first": first,
        "request": request,
        "neighbours": [list(ids)[:NEIGHBOURS] for ids in neighbours] if neighbours else None,
        "reviewer": reviewer,
        "read": {"mode": reading_mode, "id": read_id} if reading_mode else None,
        "read_id": read_id,
        "pointed": _told_place(pointed),
        "own_read": own_read.told() if own_read else None,
        "truth_held": reading_mode != "first" and not show_truth and study.truth is not None,
        **_granted(study_id, study, reading, show_truth, session.viewer_token()),
    }

    def step() -> None:
        wish = st.session_state[key]["step"]
        if on_step and wish:
            on_step(str(wish))

    def commit() -> None:
        sent = st.session_state[key]["commit"]
        if not (on_commit and sent):
            return
        try:
            draft = parse_draft(sent, study)
        except ValueError as error:
            if on_refuse is None:
                raise
            on_refuse(str(error))
            return
        on_commit(draft)

    def save() -> None:
        sent, known = st.session_state[key]["saved"], session.noted_files()
        ticks = slider_ticks(reading.pixel_threshold) if reading else ()
        files = parse_saved(sent or [], known, study_id, study, ticks)
        note_each(files, known, on_save or (lambda file: None))

    _component()(
        key=key, data=data, on_step_change=step, on_commit_change=commit, on_saved_change=save
    )


def _granted(
    study_id: str, study: Study, reading: Reading | None, show_truth: bool, token: str
) -> dict[str, Any]:
    """Descriptions and parts of what may be shown; each part is allowed to `token`."""
    ticks = slider_ticks(reading.pixel_threshold) if reading else ()
    truth = describe_truth(study) if show_truth else None
    told = None
    parts: dict[str, Part | None] = {
        "images": GRANTS.part(("images", study_id), lambda: pack_images(study)),
        "truth": GRANTS.part(("truth", study_id), lambda: pack_truth(study)) if truth else None,
        "reading": None,
    }
    if reading:
        name = ("reading", *reading_name(study_id, reading))
        told = describe_reading(reading, ticks, *findings_of(study_id, reading))
        parts["reading"] = GRANTS.part(name, lambda: pack_reading(reading, ticks))
    for part in parts.values():
        if part:
            GRANTS.allow(token, part.digest)
    return {
        "study": _described(study_id, study),
        "truth": truth,
        "reading": told,
        "parts": {kind: describe_part(part, route_prefix()) for kind, part in parts.items()},
    }


@st.cache_data(max_entries=32, show_spinner=False)
def _described(study_id: str, _study: Study) -> dict[str, Any]:
    """`describe_study`, once a study: the window presets look at every pixel."""
    return describe_study(_study)


def _told_place(place: session.Pointed | None) -> dict[str, float] | None:
    """As the browser counts slices, from 0."""
    return None if place is None else {**asdict(place), "slice": place.slice - 1}


def _first_slice(study: Study, reading: Reading | None, wanted: int | None) -> int:
    """Index from 0 of the slice shown first."""
    if wanted is not None:
        if not 1 <= wanted <= len(study):
            raise ValueError(f"slice: expected 1 to {len(study)}, received {wanted}")
        return wanted - 1
    return int(reading.confidence.argmax()) if reading else len(study) // 2


@cache
def _component() -> Callable[..., Any]:
    """Registered at the first mount, not at import."""
    scripts = [(HERE / "js" / name).read_text("utf-8") for name in SCRIPTS]
    return st.components.v2.component(
        "second_reader_slice_viewer",
        html=(HERE / "viewer.html").read_text("utf-8"),
        css=(HERE / "viewer.css").read_text("utf-8"),
        js="\n".join(scripts),
    )
