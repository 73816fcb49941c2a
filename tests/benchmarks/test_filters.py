"""Components of a study's mask, dropped by size and strength."""

import numpy as np

from benchmarks.filters import SMALLEST, WEAKEST, count, line


def test_a_speck_is_dropped_and_the_tumour_stays() -> None:
    probability = np.zeros((4, 64, 64), np.float32)
    probability[1:3, 10:40, 10:40] = 0.99  # 1,800 voxels
    probability[0, 50:55, 50:55] = 0.6  # 25 voxels, apart from it
    truth = probability > 0.9

    counts = count(probability, truth, 0.5)

    assert counts[0, 0].tolist() == [1800, 1825, 1800]
    assert counts[SMALLEST.index(50), 0].tolist() == [1800, 1800, 1800]
    assert counts[0, WEAKEST.index(0.7)].tolist() == [1800, 1800, 1800]


def test_a_line_gives_dice_of_patients_and_over_all_pixels() -> None:
    counts = np.array([[5, 10, 10], [10, 10, 10]])

    assert line(counts) == "mean Dice 0.7500 worst 0.500 F1 0.7500"
