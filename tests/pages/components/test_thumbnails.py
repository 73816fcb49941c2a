import base64
import dataclasses
import io

import numpy as np
from PIL import Image

from pages.components.thumbnails import MODEL_COLOUR, contour, grey_or_colour, thumbnail
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
    np.testing.assert_array_equal(grey_or_colour(study, 3), study.slices[3, ..., 1])

    unnamed = dataclasses.replace(study, channels=("red", "green", "blue"))
    np.testing.assert_array_equal(grey_or_colour(unnamed, 3), study.slices[3])


def test_sixteen_bits_are_stretched_by_the_brightest_pixel_of_the_study() -> None:
    slices = np.zeros((2, 4, 4, 1), np.uint16)
    slices[0, 0, 0], slices[1, 0, 0] = 1000, 500
    study = dataclasses.replace(make_study(), slices=slices, channels=("grey",), truth=None)

    assert grey_or_colour(study, 0)[0, 0] == 255
    assert grey_or_colour(study, 1)[0, 0] == 127
