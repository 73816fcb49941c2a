"""Four pictures of a slice."""

import io

import numpy as np
from PIL import Image

from seg_core.evaluation.panels import GAP, HEAD, as_png, as_rgb, as_webp, four_pictures

TRUTH = np.zeros((32, 40), bool)
TRUTH[4:8, 4:8] = True
PROBABILITY = np.where(TRUTH, 0.5, 0.0).astype(np.float32)
PROBABILITY[20, 20] = 0.49


def panes(picture):
    pixels = np.asarray(picture)[HEAD : HEAD + 32]
    return [pixels[:, i * (40 + GAP) : i * (40 + GAP) + 40] for i in range(4)]


def test_the_four_stand_in_the_papers_order():
    original = np.random.default_rng(0).integers(0, 255, (32, 40, 3), np.uint8)
    shown = panes(four_pictures(original, TRUTH, PROBABILITY, 0.5, "1.tif"))

    assert np.array_equal(shown[0], original)
    assert np.array_equal(shown[1][..., 0] == 255, TRUTH)
    assert np.array_equal(shown[2].any(axis=-1) & (shown[2][..., 0] > 100), PROBABILITY > 0.4)
    assert np.array_equal(shown[3][..., 0] == 255, TRUTH)


def test_sixteen_bits_and_one_channel_are_shown_as_grey():
    twelve_bits = np.array([[[0], [1500]], [[750], [300]]], np.uint16)

    assert as_rgb(twelve_bits).tolist() == [[[0] * 3, [255] * 3], [[127] * 3, [51] * 3]]


def test_a_report_gets_a_smaller_picture_of_the_same_size():
    original = np.random.default_rng(0).integers(0, 255, (32, 40, 1), np.uint8)
    png = as_png(four_pictures(original, TRUTH, PROBABILITY, 0.5, "1.tif"))
    webp = as_webp(png)

    assert Image.open(io.BytesIO(webp)).size == Image.open(io.BytesIO(png)).size
    assert len(webp) < len(png)
