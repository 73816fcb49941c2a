"""Which slices an epoch draws."""

import numpy as np

from seg_core.data.draws import Beside, draw

AREAS = [np.array([0, 0, 100, 400]), np.array([0] * 12)]
"""A patient of four slices, two of them with tumour, and one of twelve without."""


def test_by_slices_every_slice_comes_once():
    assert sorted(draw("slices", AREAS, np.random.default_rng(0))) == list(range(16))


def test_by_patients_a_short_patient_comes_as_often_as_a_long_one():
    drawn = np.concatenate([draw("patients", AREAS, np.random.default_rng(s)) for s in range(200)])

    assert len(drawn) == 200 * 16
    assert abs(np.mean(drawn < 4) - 0.5) < 0.03


def test_by_patients_large_tumours_come_more_often_and_empty_slices_still_come():
    drawn = np.concatenate([draw("patients", AREAS, np.random.default_rng(s)) for s in range(400)])
    shares = np.bincount(drawn[drawn < 4], minlength=4) / np.sum(drawn < 4)

    # Half evenly over four, half by roots 0, 0, 10, 20: 1/8, 1/8, 1/8 + 1/6, 1/8 + 1/3.
    assert np.allclose(shares, [1 / 8, 1 / 8, 7 / 24, 11 / 24], atol=0.03)


def test_by_patients_negatives_get_their_share_whatever_their_number():
    areas = [*AREAS, *[np.array([0])] * 30]
    beside = Beside(negatives=30, negative_share=0.2)
    drawn = np.concatenate(
        [draw("patients", areas, np.random.default_rng(s), beside) for s in range(200)]
    )

    assert abs(np.mean(drawn >= 16) - 0.2) < 0.02
    assert abs(np.mean(drawn < 4) - 0.4) < 0.02


def test_by_patients_negatives_and_positives_get_each_their_share_of_all_draws():
    areas = [*AREAS, *[np.array([0])] * 40]
    beside = Beside(negatives=30, negative_share=0.2, positives=10, positive_share=0.3)
    drawn = np.concatenate(
        [draw("patients", areas, np.random.default_rng(s), beside) for s in range(200)]
    )

    assert abs(np.mean(drawn >= 46) - 0.3) < 0.02
    assert abs(np.mean((drawn >= 16) & (drawn < 46)) - 0.2) < 0.02
    assert abs(np.mean(drawn < 4) - 0.25) < 0.02
