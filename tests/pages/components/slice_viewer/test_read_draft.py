from __future__ import annotations

import math
from typing import Any

import pytest

from pages.components.slice_viewer.read_draft import ReadDraft, parse_draft
from seg_core.store import Marker, Outline
from tests.browser.made_studies import make_study

STUDY = make_study(seed=5, slices=4, size=16)
SENT: dict[str, Any] = {
    "painted": [3, 1, 3],
    "markers": [{"slice": 2, "x": 15.5, "y": 0}],
    "outlines": [{"slice": 3, "points": [[1, 1], [5, 1], [5, 16]], "sure": 4}],
    "active_seconds": 12.5,
    "slices": [3, 2, 3],
}


def test_a_draft_is_what_the_browser_sent_in_order() -> None:
    draft = parse_draft(SENT, STUDY)

    assert draft == ReadDraft(
        painted=(1, 3),
        markers=(Marker(2, 15.5, 0.0),),
        outlines=(Outline(3, ((1.0, 1.0), (5.0, 1.0), (5.0, 16.0)), 4),),
        active_seconds=12.5,
        slices=(2, 3),
    )
    assert parse_draft(draft.told(), STUDY) == draft


def test_slices_that_were_never_painted_are_named() -> None:
    assert parse_draft(SENT, STUDY).unseen(STUDY) == (2, 4)


def test_marks_and_named_slices_are_optional() -> None:
    assert parse_draft({"painted": []}, STUDY) == ReadDraft(painted=())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"painted": [0]}, "slice: expected a number from 1 to 4, received 0"),
        ({"painted": [5]}, "from 1 to 4, received 5"),
        ({"painted": [1.5]}, "whole number"),
        ({"painted": [True]}, "received True"),
        ({"painted": [1] * 5}, "painted: expected a list of at most 4"),
        ({"painted": "all"}, "expected a list"),
        ({"markers": [{"slice": 1, "x": 17, "y": 1}]}, "x: expected a number from 0 to 16"),
        ({"markers": [{"slice": 1, "x": math.nan, "y": 1}]}, "received nan"),
        ({"markers": [{"slice": 1, "x": 1, "y": 1, "sure": 6}]}, "sure: expected a number from 1"),
        ({"markers": [{"slice": 1, "x": 1, "y": 1, "sure": 2.5}]}, "sure: expected a whole number"),
        ({"markers": [[1, 2]]}, "marker: expected a slice, x and y"),
        ({"markers": [{"slice": 1, "x": 1, "y": 1}] * 501}, "at most 500"),
        ({"outlines": [{"slice": 1, "points": [[1, 1], [2, 2]]}]}, "3 to 4000 points"),
        ({"outlines": [{"slice": 1, "points": [[1, 1], [2, 2], [3]]}]}, "point: expected x and y"),
        ({"active_seconds": -1}, "active_seconds"),
        ({"slices": [5]}, "from 1 to 4, received 5"),
    ],
)
def test_what_lies_outside_the_study_is_refused(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_draft(SENT | changed, STUDY)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"markers": [{"slice": 2, "x": -7.4, "y": 3}]}, "The marker on slice 2 does not lie"),
        (
            {"outlines": [{"slice": 3, "points": [[1, 1], [5, 1], [5, 16.2]]}]},
            "The outline on slice 3 does not lie",
        ),
    ],
)
def test_a_mark_outside_its_slice_is_named_and_can_be_deleted(
    changed: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValueError, match=said + r" within the slice .* Delete it in the list"):
        parse_draft(SENT | changed, STUDY)


@pytest.mark.parametrize("sent", [None, "1", [1]])
def test_anything_else_is_refused(sent: object) -> None:
    with pytest.raises(ValueError, match="expected an object with painted slices"):
        parse_draft(sent, STUDY)
