from __future__ import annotations

import json
from dataclasses import replace

import numpy as np

from pages.components.slice_viewer.manifest import (
    describe_reading,
    describe_study,
    describe_truth,
)
from pages.components.slice_viewer.ticks import slider_ticks
from tests.browser.made_studies import make_reading, make_study

STUDY = make_study(seed=5, slices=4, size=16)


def test_a_study_opens_on_flair_and_names_its_substitutes() -> None:
    described = describe_study(replace(STUDY, substituted=("pre-contrast",)))

    assert described["channels"] == ["pre-contrast", "FLAIR", "post-contrast"]
    assert described["first_channel"] == 1
    assert described["substituted"] == ["pre-contrast"]


def test_a_study_without_channel_names_gets_plain_ones() -> None:
    assert describe_study(replace(STUDY, channels=()))["channels"] == [
        "channel 1",
        "channel 2",
        "channel 3",
    ]
    grey = replace(STUDY, slices=STUDY.slices[..., :1], channels=())
    assert describe_study(grey)["channels"] == ["intensity"]


def test_a_spacing_that_no_file_states_stays_unknown() -> None:
    assert describe_study(STUDY)["spacing_mm"] is None


def test_spacing_and_sides_that_files_state_are_told() -> None:
    grid = np.column_stack([[-0.5, 0, 0], [0, -0.5, 0], [0, 0, 5], [90, 80, -40]])
    described = describe_study(replace(STUDY, spacing_mm=(5.0, 0.5, 0.5), grid=grid))

    assert described["spacing_mm"] == [5.0, 0.5, 0.5]
    assert described["edges"] == ["R", "A", "L", "P"]
    assert described["volume"]["order"] == [[0, 1], [1, 1], [2, 1]]
    np.testing.assert_allclose(described["volume"]["affine"][:3], grid)
    uneven = replace(STUDY, spacing_mm=(5.0, 0.5, 0.5), grid=grid, evenly=False)
    assert describe_study(uneven)["volume"] is None
    assert describe_study(STUDY)["edges"] is None
    assert describe_study(STUDY)["volume"] is None


def test_window_points_leave_the_black_surround_out() -> None:
    slices = np.zeros((1, 10, 10, 1), np.uint8)
    slices[0, 0, :, 0] = np.arange(100, 110)
    study = replace(STUDY, slices=slices, truth=None, truth_known=None, channels=(), files=("a",))

    assert describe_study(study)["points"] == [[100, 102, 104, 109, 109]]


def test_an_all_black_channel_is_shown_in_the_whole_range() -> None:
    study = replace(STUDY, slices=np.zeros((1, 4, 4, 1), np.uint8), channels=())

    assert describe_study(study)["points"] == [[0, 64, 128, 255, 255]]


def test_slices_without_a_usable_mask_are_marked() -> None:
    known = np.array([True, False, True, True])

    assert describe_truth(replace(STUDY, truth_known=known)) == {"known": [1, 0, 1, 1]}
    assert describe_truth(replace(STUDY, truth=None, truth_known=None)) is None


def test_a_hundred_slices_are_described_in_plain_json_of_a_few_kilobytes() -> None:
    study = make_study(seed=5, slices=100, size=16)
    reading = make_reading(study, seed=6)
    described = [describe_study(study), describe_reading(reading, slider_ticks())]

    assert len(json.dumps(described)) < 10_000


def test_confidence_is_handed_over_unrounded() -> None:
    reading = replace(
        make_reading(STUDY, seed=6), confidence=np.array([0.979997, 0.5, 0.1, 0.98], np.float32)
    )
    told = describe_reading(reading, slider_ticks())["confidence"]

    assert np.array_equal(np.float32(told), reading.confidence)
