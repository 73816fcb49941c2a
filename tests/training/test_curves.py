"""Curves from events: gathered once, cut at a resume, thinned without losing a peak."""

from __future__ import annotations

import math
from typing import Any

import pytest

from seg_core.training.curves import RunCurves, thinned


def step(epoch: int, step: int, loss: float, steps: int = 4) -> dict[str, Any]:
    return {"kind": "step", "epoch": epoch, "step": step, "steps": steps, "loss": loss}


def epoch(number: int, f1: float | None, **more: Any) -> dict[str, Any]:
    event = {"kind": "epoch", "epoch": number, "train": {"f1": 0.5}, "validation": {"f1": f1}}
    return event | {"learning_rate": 1e-3, "seconds": 10.0, "best_epoch": 1} | more


def test_steps_lie_between_the_epochs_they_belong_to():
    curves = RunCurves()

    curves.feed([step(1, 2, 0.9), step(1, 4, 0.8), step(2, 1, 0.7)])

    assert (curves.steps.x, curves.steps.y) == ([0.5, 1.0, 1.25], [0.9, 0.8, 0.7])


def test_a_missing_value_is_a_gap_and_not_a_zero():
    curves = RunCurves()

    curves.feed([epoch(1, 0.2), epoch(2, None)])

    assert math.isnan(curves.epochs["validation", "f1"].y[1])
    assert [curves.value("validation", "f1", n) for n in (1, 2, 3, None)] == [0.2, None, None, None]


def test_epochs_that_a_resumed_run_goes_through_again_replace_the_old_ones():
    curves = RunCurves()
    curves.feed([step(1, 4, 0.9), epoch(1, 0.1), step(2, 2, 0.8), epoch(2, 0.2), epoch(3, 0.3)])

    curves.feed([step(2, 1, 0.7), epoch(2, 0.25, best_epoch=2)])

    assert curves.epochs["validation", "f1"].y == [0.1, 0.25]
    assert curves.steps.x == [1.0, 1.25]
    assert (curves.best_epoch, curves.last_epoch) == (2, 2)


def test_time_left_counts_the_part_of_the_epoch_that_is_done():
    curves = RunCurves()
    assert curves.seconds_left(3) is None

    curves.feed([epoch(1, 0.1, seconds=100.0), step(2, 2, 0.5)])

    assert curves.seconds_left(3) == 100.0 * (3 - 1.5)
    assert curves.seconds_left(1) is None


def test_rows_hold_an_epoch_each():
    curves = RunCurves()

    curves.feed([epoch(1, 0.1), epoch(2, None)])

    assert curves.rows()[1] == {
        "epoch": 2, "learning_rate": 1e-3, "train_f1": 0.5, "validation_f1": None,
    }  # fmt: skip


def test_unknown_kinds_are_passed_over():
    RunCurves().feed([{"kind": "state", "state": "training"}, {"kind": "new"}, {}])


def test_thinning_keeps_peaks_ends_and_a_bounded_number_of_points():
    x = [float(i) for i in range(10_000)]
    y = [0.0] * 10_000
    y[4_321], y[4_322], y[-1] = 7.0, -7.0, 3.0

    thin_x, thin_y = thinned(x, y, 300)

    assert len(thin_x) <= 302
    assert {7.0, -7.0} <= set(thin_y)
    assert (thin_x[0], thin_x[-1], thin_y[-1]) == (0.0, 9_999.0, 3.0)
    assert thin_x == sorted(thin_x)


def test_thinned_points_stay_where_they_are_as_a_curve_grows():
    x, y = [float(i) for i in range(2_000)], [math.sin(i) for i in range(2_000)]

    before, _ = thinned(x[:1_900], y[:1_900], 300)
    after, _ = thinned(x, y, 300)

    assert before[:200] == after[:200]


def test_a_short_curve_and_a_bucket_of_gaps_are_left_alone():
    assert thinned([1.0, 2.0], [5.0, math.nan], 300)[0] == [1.0, 2.0]
    gaps = thinned([float(i) for i in range(100)], [math.nan] * 100, 10)[1]
    assert all(math.isnan(value) for value in gaps)


@pytest.mark.parametrize("limit", [10, 301])
def test_thinning_never_invents_a_value(limit: int):
    x, y = [float(i) for i in range(999)], [math.cos(i / 7) for i in range(999)]

    assert set(zip(*thinned(x, y, limit), strict=True)) <= set(zip(x, y, strict=True))
