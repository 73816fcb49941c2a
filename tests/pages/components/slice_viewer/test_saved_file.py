from __future__ import annotations

from typing import Any

import pytest

from pages.components.slice_viewer.saved_file import SavedFile, note_each, parse_saved
from pages.components.slice_viewer.ticks import slider_ticks
from tests.browser.made_studies import make_study

STUDY = make_study(seed=5, slices=4, size=16)
ID = "0b5e3f1c-9f0a-4c55-8a53-0f6b7d1c2a3e"
OTHER = "1b5e3f1c-9f0a-4c55-8a53-0f6b7d1c2a3e"
SENT: dict[str, Any] = {
    "id": ID,
    "study": "s",
    "kind": "maskTiff",
    "slices": [3, 3],
    "pixel_threshold": 0.37,
    "file": "MADE_5_slice-3_mask_0123456789abcdef.tif",
}
TICKS = slider_ticks(0.37)


def test_a_saved_file_is_known_by_name_slices_and_threshold() -> None:
    (file,) = parse_saved([SENT], set(), "s", STUDY, TICKS)

    assert file == SavedFile(ID, "s", "maskTiff", SENT["file"], (3, 3), 0.37)
    assert file.told() == {"file": SENT["file"], "kind": "mask, TIFF", "slices": "3"}


def test_what_was_noted_before_and_what_is_of_another_study_is_left_out() -> None:
    assert parse_saved([SENT], {ID}, "s", STUDY, ()) == []
    assert parse_saved([SENT], set(), "another", STUDY, ()) == []


def test_a_picture_before_the_reveal_has_no_threshold() -> None:
    picture = SENT | {"kind": "picture", "file": "A_0123456789abcdef.png", "pixel_threshold": None}

    assert parse_saved([picture], set(), "s", STUDY, ())[0].pixel_threshold is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kind": "all"}, "expected one of picture, mask"),
        ({"pixel_threshold": None}, "expected one of picture, mask"),
        ({"pixel_threshold": 0.123456}, "expected a threshold of the slider"),
        ({"file": "../../etc/passwd"}, "saved: expected"),
        ({"file": "=cmd_0123456789abcdef.csv"}, "saved: expected"),
        ({"id": "1"}, "saved: expected"),
        ({"slices": [0, 2]}, "slices from 1 to 4"),
        ({"slices": [3, 2]}, "slices from 1 to 4"),
        ({"slices": [True, 2]}, "slices from 1 to 4"),
    ],
)
def test_what_no_viewer_sends_is_refused(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_saved([SENT | changed], set(), "s", STUDY, TICKS)


@pytest.mark.parametrize("sent", [None, {}, [1], [SENT] * 21])
def test_anything_but_a_short_list_is_refused(sent: object) -> None:
    with pytest.raises(ValueError, match="saved: expected"):
        parse_saved(sent, set(), "s", STUDY, TICKS)


def test_a_run_that_begins_while_files_are_noted_leaves_all_of_them_out() -> None:
    known: set[str] = set()
    noted = []
    sent = [SENT, SENT | {"id": OTHER}]

    def note(file: SavedFile) -> None:
        assert parse_saved(sent, known, "s", STUDY, TICKS) == []  # what the next run would note
        noted.append(file.id)

    note_each(parse_saved(sent, known, "s", STUDY, TICKS), known, note)

    assert noted == [ID, OTHER]
    assert parse_saved(sent, known, "s", STUDY, TICKS) == []


def test_what_a_stopped_run_did_not_note_the_next_one_notes() -> None:
    known: set[str] = set()
    sent = [SENT, SENT | {"id": OTHER}]

    def stopped(file: SavedFile) -> None:
        if file.id == OTHER:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        note_each(parse_saved(sent, known, "s", STUDY, TICKS), known, stopped)

    assert [file.id for file in parse_saved(sent, known, "s", STUDY, TICKS)] == [OTHER]
