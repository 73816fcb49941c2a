from __future__ import annotations

import gzip
from dataclasses import replace

import numpy as np
import pytest

from pages.components.slice_viewer.payload import pack_images, pack_reading, pack_truth
from pages.components.slice_viewer.ticks import slider_ticks, tick_codes
from tests.browser.made_studies import make_reading, make_study

STUDY = make_study(seed=3, slices=5, size=21)


def test_images_come_channel_by_channel_slice_after_slice() -> None:
    part = pack_images(STUDY)

    sent = np.frombuffer(gzip.decompress(part.whole()), np.uint8).reshape(5, 3, 21, 21)

    assert np.array_equal(np.moveaxis(sent, 1, -1), STUDY.slices)
    assert part.length == sent.size
    assert part.block == 3 * 21 * 21


def test_one_slice_by_itself_is_the_same_as_in_the_whole() -> None:
    part = pack_images(STUDY)
    whole = gzip.decompress(part.whole())

    assert gzip.decompress(part.one(3)) == whole[3 * part.block : 4 * part.block]
    for beyond in (-1, 5):
        with pytest.raises(IndexError):
            part.one(beyond)


def test_truth_takes_one_bit_a_pixel_and_each_slice_begins_at_a_byte() -> None:
    part = pack_truth(STUDY)
    sent = np.frombuffer(gzip.decompress(part.whole()), np.uint8).reshape(5, part.block)

    bits = np.unpackbits(sent, axis=1)[:, : 21 * 21].reshape(5, 21, 21).astype(bool)

    assert part.block == (21 * 21 + 7) // 8
    assert np.array_equal(bits, STUDY.truth)


def test_a_study_without_truth_has_no_such_part() -> None:
    with pytest.raises(ValueError, match="expected a study with truth"):
        pack_truth(replace(STUDY, truth=None, truth_known=None))


def test_a_reading_comes_as_codes_of_its_ticks() -> None:
    reading = make_reading(STUDY, seed=4)
    ticks = slider_ticks(reading.pixel_threshold)
    part = pack_reading(reading, ticks)

    sent = np.frombuffer(gzip.decompress(part.whole()), np.uint8).reshape(5, 21, 21)

    assert np.array_equal(sent, tick_codes(reading.probability, ticks))


def test_sixteen_bits_are_spread_over_eight_from_darkest_to_brightest() -> None:
    deep = np.array([100, 355, 4180], np.uint16).reshape(1, 1, 3, 1)
    study = replace(STUDY, slices=deep, truth=None, truth_known=None, channels=(), files=("a",))

    sent = gzip.decompress(pack_images(study).whole())

    assert list(sent) == [0, 16, 255]  # (355 - 100) / (4180 - 100) * 255 = 15.9


def test_studies_of_equal_size_have_different_digests() -> None:
    digests = {pack_images(make_study(seed, size=21)).digest for seed in range(5)}

    assert len(digests) == 5


def test_one_pixel_one_tick_or_another_card_changes_the_digest() -> None:
    reading = make_reading(STUDY, seed=4)
    other = replace(reading, probability=reading.probability.copy())
    other.probability[4, 20, 20] = 1.0 - other.probability[4, 20, 20]

    digests = {
        pack_reading(reading, slider_ticks()).digest,
        pack_reading(other, slider_ticks()).digest,
        pack_reading(reading, slider_ticks(0.4321)).digest,
        pack_reading(replace(reading, model_sha256="1" * 64), slider_ticks()).digest,
    }

    assert len(digests) == 4
