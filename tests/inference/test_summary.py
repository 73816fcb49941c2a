from dataclasses import replace

import numpy as np
import pytest

from seg_core.inference.summary import STEPS, score_truth, summarise, whole_seconds
from seg_core.study import EngineInfo, Note, Reading, Skipped, Study


def make_pair(**changes) -> tuple[Study, Reading]:
    """Two slices of 2 x 2 pixels: truth [1 1; 0 0] and nothing, mask [1 0; 1 0] and nothing."""
    probability = np.array([[[0.9, 0.1], [0.6, 0.2]], [[0.0, 0.0], [0.0, 0.0]]], np.float32)
    truth = np.array([[[1, 1], [0, 0]], [[0, 0], [0, 0]]], bool)
    given = {"truth": truth, "channels": ("grey",), **changes}
    study = Study("S", "src", ("1.tif", "2.tif"), np.zeros((2, 2, 2, 1), np.uint8), **given)
    reading = Reading(
        "paper-unet",
        "1",
        "0" * 64,
        EngineInfo("fake", "f32", "none"),
        probability,
        np.array([0.99, 0.1], np.float32),
        True,
        0.5,
        0.98,
        {"load": 1.0, "infer": 2.0},
    )
    return study, reading


def test_truth_is_scored_over_all_slices_pooled() -> None:
    scores = score_truth(*make_pair(), pixel_threshold=0.5)

    # one pixel right, one false, one missed; probability sums to 1.8, of which 1.0 in the truth
    assert scores is not None
    assert scores.precision == scores.recall == scores.f1 == scores.dice == 0.5
    assert scores.soft_dice == pytest.approx(2 * 1.0 / (1.8 + 2))


def test_an_empty_mask_has_no_precision() -> None:
    scores = score_truth(*make_pair(), pixel_threshold=0.95)

    assert scores is not None
    assert (scores.precision, scores.recall, scores.dice) == (None, 0.0, 0.0)


def test_a_study_without_truth_has_no_scores() -> None:
    assert score_truth(*make_pair(truth=None), pixel_threshold=0.5) is None


def test_slices_of_unknown_truth_do_not_count() -> None:
    study, reading = make_pair(truth_known=np.array([False, True]))

    scores = score_truth(study, reading, 0.5)

    assert scores is not None
    assert scores.dice is None  # only the empty slice is left


def test_a_note_says_that_truth_is_known_in_part() -> None:
    study, reading = make_pair(truth_known=np.array([True, False]))

    notes = summarise(study, reading, 0.5, 0.98).notes

    assert [(n.kind, n.reason) for n in notes] == [
        ("truth", "1 of 2 slices have truth; the scores are over them")
    ]


def test_the_summary_has_the_keys_of_the_design_in_their_order_and_four_more() -> None:
    keys = list(summarise(*make_pair(), 0.5, 0.98).model_dump())

    assert keys == [
        "study",
        "source",
        "slices",
        "skipped",
        "channels",
        "model",
        "engine",
        "pixel_threshold",
        "confidence_threshold",
        "calibrated",
        "flagged",
        "highest_confidence",
        "truth",
        "notes",
        "seconds",
        "notice",
        "pixels",
        "spacing_mm",
        "mask_ml",
    ]


def test_a_stated_spacing_gives_the_mask_a_volume() -> None:
    study, reading = make_pair()
    pixels = int(reading.mask(0.5).sum())

    summary = summarise(replace(study, spacing_mm=(5.0, 0.5, 0.8)), reading, 0.5, 0.98)

    assert summary.spacing_mm == (5.0, 0.5, 0.8)
    assert summary.mask_ml == pytest.approx(pixels * 0.002)
    assert summarise(study, reading, 0.5, 0.98).mask_ml is None


def test_the_summary_tells_flags_skipped_files_and_notes() -> None:
    skipped, note = Skipped("3.tif", "cut short"), Note("substitute", "no pre-contrast")
    study, reading = make_pair(skipped=(skipped,), notes=(note,))

    summary = summarise(study, reading, 0.5, 0.98)

    assert summary.flagged == ((1, 1),)
    assert summary.highest_confidence == pytest.approx(0.99)
    assert (summary.skipped[0].file, summary.skipped[0].reason) == ("3.tif", "cut short")
    assert summary.notes[0].kind == "substitute"
    assert summary.notice == "Research use only. Not for diagnosis."


def test_seconds_name_every_step_and_their_sum() -> None:
    seconds = whole_seconds({"load": 0.25, "infer": 2.0})

    assert tuple(seconds) == STEPS
    assert seconds == {"load": 0.25, "read": 0.0, "infer": 2.0, "write": 0.0, "total": 2.25}
