import base64
import dataclasses
import io

import numpy as np
from PIL import Image

from pages.components.thumbnails import MODEL_COLOUR, as_shown, brightest, contour, thumbnail
from tests.pages.shelved import make_study


def test_a_contour_is_the_rim_of_the_mask() -> None:
    mask = np.zeros((5, 5), bool)
    mask[1:4, 1:4] = True

    rim = contour(mask, line=1)

    # . . . . .
    # . x x x .
    # . x . x .
    # . x x x .
    # . . . . .
    assert rim.sum() == 8
    assert not rim[2, 2]


def test_a_mask_at_the_picture_s_edge_is_closed_there() -> None:
    assert contour(np.ones((4, 4), bool), line=1).sum() == 12


def test_an_empty_mask_has_no_contour() -> None:
    assert not contour(np.zeros((4, 4), bool)).any()


def test_a_thumbnail_keeps_its_shape_and_shows_the_contour() -> None:
    mask = np.zeros((20, 40), bool)
    mask[5:15, 10:30] = True

    address = thumbnail(np.zeros((20, 40), np.uint8), [(mask, MODEL_COLOUR)], side=120)

    head, _, body = address.partition(",")
    picture = Image.open(io.BytesIO(base64.b64decode(body)))
    assert head == "data:image/webp;base64"
    assert picture.size == (120, 60)
    assert np.asarray(picture).max() > 200


def test_flair_alone_is_shown_where_channels_are_named() -> None:
    study = make_study()
    np.testing.assert_array_equal(as_shown(study, 3, 255), study.slices[3, ..., 1])

    unnamed = dataclasses.replace(study, channels=("red", "green", "blue"))
    np.testing.assert_array_equal(as_shown(unnamed, 3, 255), study.slices[3])


def test_all_slices_are_stretched_alike_to_the_brightest_tissue_of_the_study() -> None:
    slices = np.zeros((2, 4, 4, 1), np.uint16)
    slices[0], slices[1, :2] = 1000, 500
    study = dataclasses.replace(make_study(), slices=slices, channels=("grey",), truth=None)

    white = brightest(study)

    assert white == 1000
    assert as_shown(study, 0, white)[0, 0] == 255
    assert as_shown(study, 1, white)[0, 0] == 127
    assert as_shown(study, 1, white)[3, 3] == 0


def test_an_empty_study_is_shown_black() -> None:
    black = dataclasses.replace(make_study(), slices=np.zeros((1, 4, 4, 3), np.uint8))

    assert not as_shown(black, 0, brightest(black)).any()


def test_pixels_that_are_not_square_do_not_squeeze_a_picture() -> None:
    address = thumbnail(np.zeros((20, 40), np.uint8), [], side=120, aspect=2.0)
    with Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))) as picture:
        assert picture.size == (120, 120)
