"""What each threshold costs, on patients of a few pixels and slices."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from seg_core.errors import InputError, SplitError
from seg_core.evaluation.figures import DICE, F1, PRECISION, RECALL, STATISTICS, interval
from seg_core.evaluation.measure import MeasuredPatient
from seg_core.evaluation.report import evaluate_patients, write_evaluation
from seg_core.evaluation.stored import read_evaluation
from seg_core.evaluation.thresholds import THRESHOLDS, count_by_threshold
from seg_core.evaluation.tuning import check_tunable, nearest, tuning
from tests.evaluation.measured import one, patient

HALF = THRESHOLDS.index(0.5)


def counted(name: str, mask: list[int], truth: list[int]) -> MeasuredPatient:
    """Four pixels, in the mask up to 0.5; one tumour slice of confidence 0.7."""
    p = np.where(mask, np.float32(0.5), np.float32(0)).reshape(1, 2, 2)
    t = np.array(truth, bool).reshape(1, 2, 2)
    tp = int((p[t] > 0).sum())
    measured = patient(name, one("1.tif", tp, sum(mask) - tp, sum(truth) - tp, 0.6, 0.7))
    return replace(measured, by_threshold=count_by_threshold(p, t))


FOUR = (
    counted("a", [1, 1, 0, 0], [1, 1, 0, 0]),  # Dice 1
    counted("b", [1, 1, 1, 1], [1, 0, 0, 0]),  # Dice 2/5
    counted("c", [0, 0, 0, 0], [1, 1, 0, 0]),  # Dice 0
    counted("d", [0, 0, 0, 0], [0, 0, 0, 0]),  # none
)


def test_pixel_costs_are_pooled_over_patients_and_dice_is_a_mean() -> None:
    pixels = tuning(FOUR).pixels
    assert pixels is not None

    values = {name: curve.value[HALF] for name, curve in pixels.curves.items()}
    assert values[PRECISION] == 3 / 6
    assert values[RECALL] == 3 / 5
    assert values[F1] == 2 * 3 / (6 + 5)
    assert values[DICE] == pytest.approx((1 + 2 / 5 + 0) / 3)
    assert (pixels.missed[HALF], pixels.false_alarms[HALF]) == (1, 0)
    assert (pixels.tumour_slices, pixels.empty_slices) == (3, 1)
    assert pixels.curves[PRECISION].at(HALF + 1) == (None, None, None)  # no mask is left


def test_intervals_are_those_of_the_report() -> None:
    pixels = tuning(FOUR).pixels
    assert pixels is not None

    for name, curve in pixels.curves.items():
        assert curve.at(HALF)[1:] == pytest.approx(interval(STATISTICS[name], FOUR)), name


def test_two_patients_have_no_interval() -> None:
    pixels = tuning(FOUR[:2]).pixels
    assert pixels is not None

    assert pixels.curves[F1].at(HALF) == (2 * 3 / (6 + 3), None, None)


def test_slices_are_missed_below_the_threshold_and_flagged_for_nothing_above() -> None:
    # tumour at 0.9 and 0.4, none at 0.6 and 0.2
    some = patient("a", one("1", 4, 0, 0, 0.1, 0.9), one("2", 4, 0, 0, 0.1, 0.4),
                   one("3", 0, 0, 0, 0.1, 0.6), one("4", 0, 0, 0, 0.1, 0.2))  # fmt: skip
    slices = tuning([some]).slices

    assert slices.missed.at(HALF) == (1 / 2, None, None)
    assert slices.empty.at(HALF) == (1 / 2, None, None)
    assert (slices.flagged[HALF], slices.flagged_empty[HALF]) == (2, 1)
    assert slices.empty.at(THRESHOLDS.index(0.95)) == (None, None, None)  # nothing is flagged
    assert slices.calibrated


def test_without_a_calibration_raw_scores_are_counted_and_said_to_be() -> None:
    slices = tuning([patient("a", one("1", 4, 0, 0, 0.6))]).slices

    assert not slices.calibrated
    assert slices.missed_slices[THRESHOLDS.index(0.6)] == 0
    assert slices.missed_slices[THRESHOLDS.index(0.61)] == 1


def test_only_an_evaluation_on_validation_patients_is_tuned_on() -> None:
    check_tunable(evaluation_of("validation"))
    check_tunable(evaluation_of("out-of-fold"))
    with pytest.raises(SplitError, match="choose nothing of it"):
        check_tunable(evaluation_of("test"))


def test_counts_go_to_disk_and_back(tmp_path) -> None:
    write_evaluation(tmp_path, evaluation_of("validation"), FOUR)

    stored = read_evaluation(tmp_path)

    back = tuning(stored.patients).pixels
    assert back is not None
    assert back.curves[F1].at(HALF) == tuning(FOUR).pixels.curves[F1].at(HALF)
    assert back.missed[HALF] == 1


def test_a_table_of_other_patients_is_refused(tmp_path) -> None:
    write_evaluation(tmp_path, evaluation_of("validation"), FOUR)
    table = tmp_path / "thresholds.csv"
    table.write_text(table.read_text().replace("\nb,", "\nanother,"))

    with pytest.raises(InputError, match=r"expected the 144 thresholds of b, found 0 of them"):
        read_evaluation(tmp_path)


def test_an_evaluation_without_counts_leaves_no_table_of_an_earlier_one(tmp_path) -> None:
    write_evaluation(tmp_path, evaluation_of("validation"), FOUR)
    plain = [replace(p, by_threshold=None) for p in FOUR]

    write_evaluation(tmp_path, evaluation_of("validation"), plain)

    assert not (tmp_path / "thresholds.csv").exists()
    assert tuning(read_evaluation(tmp_path).patients).pixels is None


def test_the_nearest_threshold_is_found() -> None:
    assert THRESHOLDS[nearest(0.503)] == 0.5
    assert THRESHOLDS[nearest(1.0)] == 0.999


@cache
def evaluation_of(part: str):
    """Figures of the four; made once, for their intervals take a while."""
    return evaluate_patients(
        FOUR, subject="run", part=part, split_kind="patient", split_fingerprint="0",
        threshold=0.5,
    )  # fmt: skip
