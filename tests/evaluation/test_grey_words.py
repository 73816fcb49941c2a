"""What is said of images by class, in words and cells."""

from dataclasses import replace
from pathlib import Path

from seg_core.evaluation.grey_figures import share_of
from seg_core.evaluation.grey_stored import GreyEvaluation, StoredGrey
from seg_core.evaluation.grey_words import (
    copy_rows,
    false_positive_words,
    percent,
    percent_span,
    seen_words,
    table_head,
    table_rows,
)
from tests.evaluation.made_grey import measured_image

IMAGES = (
    measured_image("glioma", 0.95, 0.9, picture=0, mask_px=90),
    measured_image("pituitary", 0.6, 0.1, picture=1),
    measured_image("notumor", 0.85, 0.2, picture=2, mask_px=4),
    measured_image("notumor", 0.3, 0.2, picture=2),
    measured_image("notumor", 0.2, 0.1, picture=3),
)
EVALUATION = GreyEvaluation(
    subject="bright/1", weights="none", engine="NumPy", threshold=0.8, data=("grey",),
    classes=("glioma", "pituitary", "notumor"), made="2026-01-01T00:00:00+00:00",
)  # fmt: skip
STORED = StoredGrey(Path(), EVALUATION, IMAGES, ())


def test_false_positives_are_said_plainly_with_their_images_and_pictures():
    (said,) = false_positive_words(STORED)

    assert said.startswith(
        "Of 3 images of notumor (2 different pictures), where no tumour is to be found, "
        "1 gets a mask at the pixel threshold 0.8: 33.3 % false positives (95 %: "
    )


def test_without_a_class_without_tumour_false_positives_are_not_known():
    only = replace(STORED, evaluation=replace(EVALUATION, classes=("glioma",)))

    assert false_positive_words(only) == [
        "No class here is said to be without tumour: false positives are not known."
    ]


def test_the_table_has_the_reported_thresholds_and_the_models_own():
    head, rows = table_head(EVALUATION), table_rows(IMAGES, EVALUATION, 1)

    assert head == ("class", "images", "different", "at 0.5", "at 0.8", "at 0.9", "at 0.98")
    assert [row[:3] for row in rows] == [
        ("glioma", "1", "1"),
        ("pituitary", "1", "1"),
        ("notumor", "3", "2"),
        ("mean of the classes with tumour", "2", "2"),
    ]
    assert [row[3].split(" (")[0] for row in rows] == ["100.0 %", "100.0 %", "33.3 %", "100.0 %"]
    assert [row[5].split(" (")[0] for row in rows] == ["100.0 %", "0.0 %", "0.0 %", "50.0 %"]


def test_one_class_with_tumour_has_no_mean():
    one = replace(EVALUATION, classes=("glioma", "notumor"))

    assert [row[0] for row in table_rows(IMAGES, one, 50)] == ["glioma", "notumor"]


def test_what_has_no_image_is_a_dash():
    empty = share_of(0, [])

    assert (percent(empty), percent_span(empty)) == ("–", "–")
    assert table_rows((), replace(EVALUATION, classes=("glioma",)), 1) == [
        ("glioma", "0", "0", "–", "–", "–", "–")
    ]


def test_copies_and_those_at_odds_are_counted_by_class():
    assert copy_rows(STORED)[2] == ("notumor", "3", "2", "1", "1")


def test_nothing_is_said_of_training_that_saw_none_of_them():
    assert seen_words(EVALUATION) == ""
    assert "looked at 2 of these images" in seen_words(replace(EVALUATION, seen=2))
